import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber, formatPercent } from '@/app/format';
import { Button } from '@/components/ui/button';
import { Monogram } from '@/components/ui/monogram';
import { Badge } from '@/components/ui/notice';
import { announce } from '@/live/announcer';
import { ExamReport } from './exam-report';
import type { JudgeReport } from './use-judges';

/** One judge: who, how far it is trusted, what that rests on, and its newest exam. */
export function JudgeRow({ judge, onExamine }: { judge: JudgeReport; onExamine(): void }) {
  const { t } = useTranslation();
  const { exam } = judge;
  const running = exam?.status === 'running';
  useExamSaid(judge);
  return (
    <li
      className="grid min-w-0 gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
      data-testid="judge"
    >
      <div className="flex flex-wrap items-start gap-3">
        <Monogram serviceId={judge.service_id} name={judge.service_name} />
        <div className="min-w-0 flex-1">
          <h3 className="font-semibold break-words">{judge.service_name}</h3>
          <p className="font-mono text-xs break-all text-ink-faint">{judge.model}</p>
          <p className="text-xs break-words text-ink-faint">{t('judges.family', { family: judge.family })}</p>
        </div>
        <Button
          aria-label={`${t(exam ? 'judges.examineAgain' : 'judges.examine')}: ${judge.service_name}`}
          // It stays reachable while the exam runs, so that the focus has somewhere to come back to.
          aria-disabled={running || undefined}
          className="aria-disabled:opacity-55"
          onClick={() => !running && onExamine()}
        >
          {t(exam ? 'judges.examineAgain' : 'judges.examine')}
        </Button>
      </div>
      <Trust judge={judge} />
      {exam ? (
        <ExamReport exam={exam} name={judge.service_name} />
      ) : (
        <p className="text-sm text-ink-faint">{t('judges.notExamined')}</p>
      )}
    </li>
  );
}

function Trust({ judge }: { judge: JudgeReport }) {
  const { t } = useTranslation();
  const { choice_pairs: pairs, choice_right: right } = judge;
  const isNew = pairs === 0 && !judge.exam;
  // Rounded down, so that a judge that does not count is never said to reach the limit.
  const percent = formatPercent(Math.floor(judge.expected_accuracy * 100 + 1e-9));
  return (
    <div className="grid justify-items-start gap-1.5 text-sm">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{t('judges.expected', { percent })}</span>
        <Badge tone={judge.counts ? 'good' : 'warn'}>
          {t(judge.counts ? 'judges.counts' : 'judges.countsNot')}
        </Badge>
      </p>
      {!judge.counts && <p>{t('judges.countsNotText')}</p>}
      {isNew && <p className="text-ink-soft">{t('judges.newJudge')}</p>}
      <p className="text-ink-soft">
        {pairs > 0
          ? t('judges.learned', { count: pairs, pairs: formatNumber(pairs), right: formatNumber(right) })
          : t('judges.learnedNothing')}
      </p>
    </div>
  );
}

/** Says to screen readers that an exam begins and how it ends. */
function useExamSaid({ exam, service_name: name }: JudgeReport) {
  const { t } = useTranslation();
  const status = exam?.status;
  const before = useRef(status);
  useEffect(() => {
    if (before.current === status) return;
    before.current = status;
    if (status === 'running') announce(t('judges.begunSay', { name }));
    if (status === 'finished') announce(t('judges.finishedSay', { name }));
    if (status === 'failed') announce(t('judges.failedSay', { name }));
  }, [status, name, t]);
}
