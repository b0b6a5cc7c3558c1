import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '@/app/api';
import { formatExact } from '@/app/format';
import { Badge } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { auditActions, isAuditAction } from './audit-actions';

/** One entry: what, to what, by whom, when and from where; the rest behind "Details". */
export function AuditEntryRow({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const known = isAuditAction(entry.action);
  const details = Object.entries(entry.detail as Record<string, unknown>);
  return (
    <li className="grid gap-1 bg-surface px-4 py-3 text-sm" data-testid="audit-entry">
      <div className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
        <Badge tone={known ? auditActions[entry.action as keyof typeof auditActions] : 'plain'}>
          {known ? t(`audit.actions.${entry.action as keyof typeof auditActions}`) : entry.action}
        </Badge>
        <span className="min-w-0 break-all">{entry.subject}</span>
        <RelativeTime at={entry.at} className="ms-auto text-xs text-ink-faint" />
      </div>
      <p className="text-xs break-all text-ink-faint">
        {t('audit.by')} {entry.actor}
        {entry.address && ` ${t('audit.address', { address: entry.address })}`}
      </p>
      <details className="text-xs">
        <summary className="tap w-fit cursor-pointer py-0.5 text-ink-soft">{t('audit.detail')}</summary>
        <dl className="mt-1 grid gap-x-3 gap-y-0.5 sm:grid-cols-[8rem_1fr]">
          <dt className="text-ink-faint">{t('audit.number', { number: entry.seq })}</dt>
          <dd>{formatExact(entry.at)}</dd>
          {details.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-faint">{name}</dt>
              <dd className="font-mono break-all">
                {typeof value === 'string' ? value : JSON.stringify(value)}
              </dd>
            </div>
          ))}
          <dt className="text-ink-faint">SHA-256</dt>
          <dd className="font-mono break-all">{entry.hash}</dd>
        </dl>
      </details>
    </li>
  );
}
