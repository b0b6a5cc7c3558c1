import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListApiTokensQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { ShownOnce } from '@/components/ui/shown-once';
import { TokenForm } from './token-form';
import { TokenRow } from './token-row';

/** Personal API tokens: make one, see it once, revoke it. */
export default function TokensSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListApiTokensQuery();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <SectionFrame
      title={t('tokens.title')}
      text={t('tokens.text')}
      action={
        !adding && (
          <Button
            look="primary"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => setAdding(true)}
          >
            {t('tokens.add')}
          </Button>
        )
      }
    >
      {adding && (
        <TokenForm
          onDone={(token) => {
            setAdding(false);
            if (token) setMade(token);
          }}
        />
      )}
      {made && (
        <ShownOnce
          text={made}
          label={t('tokens.made')}
          copyLabel={t('tokens.copy')}
          doneLabel={t('tokens.done')}
          onDone={() => setMade(null)}
        />
      )}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('tokens.empty')}>{t('tokens.emptyText')}</EmptyState>
      ) : (
        <ul className="grid gap-3">
          {data.items.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
    </SectionFrame>
  );
}
