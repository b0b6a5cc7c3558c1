import { ChevronRight } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useGetSharedQuery } from '@/app/api';
import { useDocumentTitle } from '@/app/document-title';
import { problemOf } from '@/app/problem';
import { LoadProblem } from '@/components/ui/load-problem';
import { Badge, EmptyState, Skeleton } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { AnswerText } from '@/features/markdown/answer-text';
import { Sources } from '@/features/markdown/sources';
import type { TranscriptTurn } from '@/generated/api';
import { useOpenForPrint } from './use-open-for-print';

/** `/shared/{token}`: a snapshot of a conversation, for whoever has the link. */
export function SharedScreen() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  const { data, error, refetch } = useGetSharedQuery({ token });
  const page = useRef<HTMLElement>(null);
  useOpenForPrint(page);
  useDocumentTitle(data?.transcript.title ?? t('shared.title'));
  if (problemOf(error)?.status === 404) {
    return (
      <main className="grid h-full place-items-center">
        <EmptyState title={t('shared.gone')}>{t('shared.goneText')}</EmptyState>
      </main>
    );
  }
  return (
    <main ref={page} className="h-full overflow-y-auto" data-testid="shared">
      <div className="mx-auto grid max-w-3xl grid-cols-1 gap-8 px-4 py-8 sm:px-6">
        {error && !data ? (
          <LoadProblem error={error} retry={refetch} />
        ) : !data ? (
          <Skeleton className="h-64" />
        ) : (
          <>
            <header className="grid gap-2 border-b border-line pb-5">
              <p className="flex flex-wrap items-center gap-2 text-sm text-ink-faint">
                <img src="/favicon.svg" alt="" className="size-5" />
                <span>
                  {t('shared.snapshot')} <RelativeTime at={data.created_at} />
                </span>
                <Badge>{t('shared.readOnly')}</Badge>
              </p>
              <h1 className="font-serif text-2xl break-words sm:text-3xl">{data.transcript.title}</h1>
            </header>
            {data.transcript.turns.map((turn, at) => (
              <Turn key={at} turn={turn} />
            ))}
          </>
        )}
      </div>
    </main>
  );
}

function Turn({ turn }: { turn: TranscriptTurn }) {
  const { t } = useTranslation();
  const answers = turn.answers ?? [];
  const opened = Math.max(
    0,
    answers.findIndex((answer) => answer.selected),
  );
  return (
    <section className="grid grid-cols-1 gap-4">
      <h2 dir="auto" className="text-lg font-semibold break-words whitespace-pre-wrap">
        {turn.content}
      </h2>
      {(turn.images ?? []).length > 0 && (
        <p className="text-sm text-ink-faint">
          {t('shared.images', { names: (turn.images ?? []).map((image) => image.name).join(', ') })}
        </p>
      )}
      {answers.map((answer, at) => (
        <details
          key={at}
          data-answer={at + 1}
          open={at === opened}
          className="group rounded-xl bg-surface ring-1 ring-line ring-inset"
        >
          <summary className="tap flex flex-wrap items-center gap-2 px-5 py-3">
            <ChevronRight
              aria-hidden
              className="size-4 text-ink-faint transition-transform group-open:rotate-90"
            />
            <span className="font-medium">{answer.service_name}</span>
            {answer.consensus && <Badge>{t('shared.consensus')}</Badge>}
            {answer.rank != null && <Badge>{t('shared.rank', { rank: answer.rank })}</Badge>}
            {answer.selected && <Badge tone="accent">{t('shared.kept')}</Badge>}
            {answer.summary && (
              <span dir="auto" className="w-full text-sm text-ink-soft">
                {answer.summary}
              </span>
            )}
          </summary>
          <div className="min-w-0 border-t border-line px-5 py-4">
            <AnswerText text={answer.content} thoughts={answer.thoughts ?? ''} />
            <Sources citations={answer.citations ?? []} />
          </div>
        </details>
      ))}
    </section>
  );
}
