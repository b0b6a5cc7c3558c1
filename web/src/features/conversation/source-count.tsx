import { BookOpen, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswerTextQuery } from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Notice, Skeleton } from '@/components/ui/notice';
import { Sources } from '@/features/markdown/sources';
import type { Response } from '@/generated/api';

/** How many sources a closed card's answer has; pressed, it lists them. */
export function SourceCount({ response }: { response: Response }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const query = useAnswerTextQuery({ id: response.id, attempt: response.attempt }, { skip: !open });
  if (response.citation_count === 0) return null;
  return (
    <details
      className="group text-sm"
      data-testid="source-count"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="tap flex w-fit items-center gap-1.5 rounded-md text-ink-soft">
        <BookOpen aria-hidden className="size-4" />
        {t('card.sources', { count: response.citation_count })}
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
      </summary>
      {open && (
        <div className="mt-2">
          {query.data ? (
            <Sources citations={query.data.citations ?? []} titled={false} />
          ) : query.error ? (
            <Notice
              tone="bad"
              action={<Button onClick={() => void query.refetch()}>{t('common.tryAgain')}</Button>}
            >
              {problemText(query.error)}
            </Notice>
          ) : (
            <Skeleton className="h-4 w-2/3" />
          )}
        </div>
      )}
    </details>
  );
}
