import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGetLeaderboardQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { EmptyState, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import type { Board } from '@/generated/api';
import { KeptBoard } from './kept-board';

const topics = ['code', 'maths', 'writing', 'translation', 'summary', 'advice', 'knowledge'] as const;

/** Which services' answers the user keeps, by topic. */
export default function KeptSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useGetLeaderboardQuery();
  return (
    <SectionFrame title={t('settings.kept')} text={t('kept.text')}>
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-40" />
      ) : data.boards.length === 0 ? (
        <NothingKept />
      ) : (
        <Boards boards={data.boards} />
      )}
    </SectionFrame>
  );
}

function NothingKept() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('kept.empty')}>
      <p>{t('kept.emptyText', { select: t('card.select') })}</p>
      <Link to="/" className="tap inline-flex items-center text-accent underline underline-offset-2">
        {t('kept.ask')}
      </Link>
    </EmptyState>
  );
}

function Boards({ boards }: { boards: Board[] }) {
  const { t } = useTranslation();
  const [topic, setTopic] = useState<string | null>(null);
  const shown = boards.find((board) => (board.topic ?? null) === topic) ?? boards[0];
  const nameOf = (board: Board) => {
    if (board.topic == null) return t('kept.topics.all');
    const known = topics.find((one) => one === board.topic);
    return known ? t(`kept.topics.${known}`) : board.topic;
  };
  return (
    <>
      <div role="group" aria-label={t('kept.topic')} className="flex flex-wrap gap-1.5">
        {boards.map((board) => (
          <Button
            key={board.topic ?? ''}
            aria-pressed={board === shown}
            look={board === shown ? 'primary' : 'secondary'}
            onClick={() => setTopic(board.topic ?? null)}
          >
            {nameOf(board)}
          </Button>
        ))}
      </div>
      {shown && <KeptBoard board={shown} />}
    </>
  );
}
