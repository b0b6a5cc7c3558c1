import { useTranslation } from 'react-i18next';
import { formatExact, formatMoney, formatNumber, formatPercent } from '@/app/format';
import { Notice } from '@/components/ui/notice';
import type { Exam, ExamKindResult } from '@/generated/api';

const kinds = ['natural', 'longer_but_wrong', 'off_instruction', 'flattering', 'injected'] as const;

/** The newest exam of a judge: how far it has come, what came out, or why it was given up. */
export function ExamReport({ exam, name }: { exam: Exam; name: string }) {
  const { t } = useTranslation();
  if (exam.status === 'running') return <Running exam={exam} name={name} />;
  if (exam.status === 'failed') {
    return (
      <Notice tone="bad">
        <p className="break-words">{t('judges.failed', { reason: exam.failure ?? t('judges.noReason') })}</p>
        <p className="mt-1 text-ink-soft">
          {formatExact(exam.finished_at ?? exam.created_at)} · {formatMoney(exam.cost_micro_usd)}
        </p>
      </Notice>
    );
  }
  return <Finished exam={exam} />;
}

function Running({ exam, name }: { exam: Exam; name: string }) {
  const { t } = useTranslation();
  const marked = t('judges.marked', {
    marked: formatNumber(exam.marked),
    sheets: formatNumber(exam.sheets),
  });
  return (
    <div className="grid gap-2 text-sm" data-testid="exam-running">
      <p className="flex flex-wrap gap-x-2">
        <span className="font-medium">{t('judges.running')}</span>
        <span className="text-ink-soft tabular-nums">
          {marked} · {t('judges.costSoFar', { cost: formatMoney(exam.cost_micro_usd) })}
        </span>
      </p>
      <div
        role="progressbar"
        aria-label={t('judges.progressOf', { name })}
        aria-valuemin={0}
        aria-valuemax={exam.sheets}
        aria-valuenow={exam.marked}
        aria-valuetext={marked}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-300"
          style={{ width: `${Math.max((exam.marked / Math.max(exam.sheets, 1)) * 100, 2)}%` }}
        />
      </div>
    </div>
  );
}

function Finished({ exam }: { exam: Exam }) {
  const { t } = useTranslation();
  const share = (value: number | null | undefined) =>
    value == null ? t('judges.notMeasured') : formatPercent(value * 100);
  const voided =
    exam.void == null
      ? t('judges.notMeasured')
      : t('judges.of', { part: formatNumber(exam.void), whole: formatNumber(exam.sheets) });
  const facts = [
    [t('judges.accuracy'), share(exam.accuracy)],
    [t('judges.consistency'), share(exam.order_consistency)],
    [t('judges.void'), voided],
    [t('judges.cost'), formatMoney(exam.cost_micro_usd)],
    [t('judges.date'), formatExact(exam.finished_at ?? exam.created_at)],
  ];
  return (
    <div className="grid gap-4 border-t border-line pt-4 text-sm" data-testid="exam-finished">
      <h4 className="font-medium">{t('judges.result')}</h4>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-2 sm:grid-cols-2">
        {facts.map(([term, value]) => (
          <div key={term} className="flex flex-wrap justify-between gap-x-3">
            <dt className="text-ink-soft">{term}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {exam.by_kind.length > 0 && <ByKind results={exam.by_kind} />}
    </div>
  );
}

function ByKind({ results }: { results: ExamKindResult[] }) {
  const { t } = useTranslation();
  const nameOf = (kind: string) => {
    const known = kinds.find((one) => one === kind);
    return known ? t(`judges.kinds.${known}`) : kind;
  };
  return (
    <table className="w-full text-sm">
      <caption className="pb-1 text-start text-ink-soft">{t('judges.byKind')}</caption>
      <thead className="text-ink-faint">
        <tr>
          <th scope="col" className="py-1.5 pe-4 text-start font-medium">
            {t('judges.kind')}
          </th>
          <th scope="col" className="py-1.5 text-end font-medium">
            {t('judges.right')}
          </th>
        </tr>
      </thead>
      <tbody>
        {results.map(({ kind, right, pairs }) => (
          <tr key={kind} className="border-t border-line">
            <th scope="row" className="py-1.5 pe-4 text-start font-normal">
              {nameOf(kind)}
            </th>
            <td className="py-1.5 text-end whitespace-nowrap tabular-nums">
              {t('judges.of', { part: formatNumber(right), whole: formatNumber(pairs) })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
