import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListApiKeysQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { KeyForm } from './key-form';
import { KeyRow } from './key-row';

/** Provider keys: add, test, replace, revoke. A key is never shown again, only its last four characters. */
export default function KeysSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListApiKeysQuery();
  const [adding, setAdding] = useState(false);
  return (
    <SectionFrame
      title={t('settings.keys')}
      text={t('keysPage.text')}
      action={
        !adding && (
          <Button
            look="primary"
            icon={<KeyRound aria-hidden className="size-4" />}
            onClick={() => setAdding(true)}
          >
            {t('keysPage.add')}
          </Button>
        )
      }
    >
      {adding && <KeyForm onDone={() => setAdding(false)} />}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('keysPage.empty')}>{t('keysPage.emptyText')}</EmptyState>
      ) : (
        <ul className="grid gap-3">
          {data.items.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      )}
    </SectionFrame>
  );
}
