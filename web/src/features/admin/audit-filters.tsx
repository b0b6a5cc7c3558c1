import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditFilter } from '@/app/api';
import { Button } from '@/components/ui/button';
import { Field, SelectField } from '@/components/ui/field';
import { auditActionNames, isAuditAction } from './audit-actions';

/** A day of the calendar as the moment at which it begins here. */
function beginOf(day: string, daysLater: number): string | undefined {
  if (!day) return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}

function filterOf(form: FormData): AuditFilter {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const action = text('action');
  const filter: AuditFilter = {};
  if (isAuditAction(action)) filter.action = action;
  if (text('actor')) filter.actor = text('actor');
  if (text('subject')) filter.subject = text('subject');
  const [from, until] = [beginOf(text('from'), 0), beginOf(text('until'), 1)];
  if (from) filter.from = from;
  if (until) filter.until = until;
  return filter;
}

/** What to show: by action, person, subject and days. */
export function AuditFilters({ onApply, busy }: { onApply(filter: AuditFilter): void; busy: boolean }) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onApply(filterOf(new FormData(event.currentTarget)));
  };
  return (
    <form
      ref={form}
      onSubmit={submit}
      aria-label={t('audit.title')}
      className="grid grid-cols-2 gap-3 [&_input]:min-w-0 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset lg:grid-cols-3"
    >
      <SelectField label={t('audit.action')} name="action" defaultValue="">
        <option value="">{t('audit.anything')}</option>
        {auditActionNames.map((action) => (
          <option key={action} value={action}>
            {t(`audit.actions.${action}`)}
          </option>
        ))}
      </SelectField>
      <Field label={t('audit.actor')} name="actor" placeholder={t('audit.actorHint')} autoComplete="off" />
      <Field label={t('audit.subject')} name="subject" autoComplete="off" />
      <Field label={t('audit.from')} name="from" type="date" />
      <Field label={t('audit.until')} name="until" type="date" />
      <div className="flex items-end gap-2">
        <Button type="submit" size="normal" look="primary" busy={busy}>
          {t('audit.apply')}
        </Button>
        <Button
          size="normal"
          look="quiet"
          onClick={() => {
            form.current?.reset();
            onApply({});
          }}
        >
          {t('audit.clear')}
        </Button>
      </div>
    </form>
  );
}
