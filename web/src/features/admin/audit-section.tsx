import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditFilter, useAuditLogInfiniteQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { AuditEntryRow } from './audit-entry-row';
import { AuditFilters } from './audit-filters';

/** Who did what, newest first; older pages on demand. */
export default function AuditSection() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<AuditFilter>({});
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isFetching } =
    useAuditLogInfiniteQuery(filter, { refetchOnMountOrArgChange: true });
  const entries = data?.pages.flatMap((page) => page.items);
  return (
    <SectionFrame title={t('audit.title')} text={t('audit.text')}>
      <AuditFilters onApply={setFilter} busy={isFetching && !isFetchingNextPage} />
      {error && <LoadProblem error={error} retry={refetch} />}
      {!entries ? (
        !error && <Skeleton className="h-64" />
      ) : entries.length === 0 ? (
        <EmptyState title={t('audit.empty')}>{t('audit.emptyText')}</EmptyState>
      ) : (
        <ol className="grid gap-px overflow-hidden rounded-xl bg-line ring-1 ring-line" reversed>
          {entries.map((entry) => (
            <AuditEntryRow key={entry.seq} entry={entry} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button className="justify-self-center" busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('audit.more')}
        </Button>
      )}
    </SectionFrame>
  );
}
