import { useTranslation } from 'react-i18next';
import { fieldFaultText } from '@/app/fault-words';
import { formatNumber } from '@/app/format';
import { problemWords } from '@/app/problem';
import { cx } from '@/components/ui/class-names';
import { Notice } from '@/components/ui/notice';
import type { Problem } from '@/generated/api';

/** Why the message did not go out, and that the text is kept. */
export function ComposerProblem(props: {
  problem: Problem | null;
  offline: boolean;
  over: number;
  limit: number;
  refused: boolean;
}) {
  const { t } = useTranslation();
  const { problem, offline, over, limit, refused } = props;
  if (offline) {
    return (
      <Notice tone="warn" role="alert">
        {t('composer.offline')}
      </Notice>
    );
  }
  if (over > 0 && refused) {
    return (
      <Notice tone="bad" role="alert">
        {t('composer.tooLong', { limit: formatNumber(limit), over: formatNumber(over) })}
      </Notice>
    );
  }
  if (!problem) return null;
  const fields = problem.errors ?? [];
  return (
    <Notice tone="bad" role="alert">
      {fields.length === 0 ? (
        problemWords(problem)
      ) : (
        <ul>
          {fields.map((field) => (
            <li key={field.field + field.message}>
              {fieldFaultText(field)}
              {field.limit != null && ` (${t('composer.limit', { limit: formatNumber(field.limit) })})`}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-0.5 text-ink-soft">{t('composer.kept')}</p>
    </Notice>
  );
}

/** Shown from three quarters of the limit on. */
export function Counter({ length, limit }: { length: number; limit: number }) {
  const { t } = useTranslation();
  if (length < limit * 0.75) return null;
  const over = length > limit;
  return (
    <span
      data-testid="counter"
      role={over ? 'alert' : undefined}
      className={cx('text-xs tabular-nums', over ? 'font-semibold text-bad' : 'text-ink-faint')}
    >
      {over
        ? t('composer.over', { over: formatNumber(length - limit), limit: formatNumber(limit) })
        : t('composer.count', { length: formatNumber(length), limit: formatNumber(limit) })}
    </span>
  );
}
