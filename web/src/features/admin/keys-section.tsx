import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListAllApiKeysQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { OwnedKeyForm } from './owned-key-form';
import { OwnedKeyRow } from './owned-key-row';
import type { OwnedApiKey } from './shapes';

/** The keys of the instance and of everybody: set, test, revoke; none can be read. */
export default function KeysSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListAllApiKeysQuery(undefined, { refetchOnMountOrArgChange: true });
  const [adding, setAdding] = useState(false);
  const instances = data?.items.filter((item) => !item.owner) ?? [];
  const users = data?.items.filter((item) => item.owner) ?? [];
  return (
    <SectionFrame
      title={t('admin.sections.keys')}
      text={t('adminKeys.text')}
      action={
        !adding && (
          <Button
            look="primary"
            icon={<KeyRound aria-hidden className="size-4" />}
            onClick={() => setAdding(true)}
          >
            {t('adminKeys.set')}
          </Button>
        )
      }
    >
      {adding && <OwnedKeyForm onDone={() => setAdding(false)} />}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-32" />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('adminKeys.empty')} />
      ) : (
        <>
          <Group title={t('adminKeys.ofInstance')} keys={instances} />
          <Group title={t('adminKeys.ofUsers')} keys={users} />
        </>
      )}
    </SectionFrame>
  );
}

function Group({ title, keys }: { title: string; keys: OwnedApiKey[] }) {
  if (keys.length === 0) return null;
  return (
    <div className="grid gap-3">
      <h3 className="text-sm font-medium text-ink-soft">{title}</h3>
      <ul className="grid gap-3">
        {keys.map((item) => (
          <OwnedKeyRow key={item.key.id} owned={item} />
        ))}
      </ul>
    </div>
  );
}
