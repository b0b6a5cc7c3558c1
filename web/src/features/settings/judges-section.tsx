import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { EmptyState, Notice, Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import { ExamDialog } from './exam-dialog';
import { JudgeRow } from './judge-row';
import { type JudgeReport, useJudges } from './use-judges';

/** The services that may judge: how far each is trusted, why, and an exam to find out. */
export default function JudgesSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useJudges();
  return (
    <SectionFrame title={t('settings.judges')} text={t('judges.text')}>
      {error && (
        <Notice
          tone="bad"
          role="alert"
          action={<Button onClick={() => refetch()}>{t('common.tryAgain')}</Button>}
        >
          {data ? t('judges.stale', { reason: problemText(error) }) : problemText(error)}
        </Notice>
      )}
      {data ? <JudgeList judges={data.items} /> : !error && <Skeleton className="h-40" />}
    </SectionFrame>
  );
}

function JudgeList({ judges }: { judges: JudgeReport[] }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<JudgeReport | null>(null);
  if (judges.length === 0) {
    return (
      <EmptyState title={t('judges.empty')}>
        <p>{t('judges.emptyText', { tick: t('services.judge') })}</p>
        <Link
          to="/settings/services"
          className="tap inline-flex items-center text-accent underline underline-offset-2"
        >
          {t('judges.toServices')}
        </Link>
      </EmptyState>
    );
  }
  return (
    <>
      <ul className="grid gap-3">
        {judges.map((judge) => (
          <JudgeRow key={judge.service_id} judge={judge} onExamine={() => setAsked(judge)} />
        ))}
      </ul>
      {asked && <ExamDialog judge={asked} onClose={() => setAsked(null)} />}
    </>
  );
}
