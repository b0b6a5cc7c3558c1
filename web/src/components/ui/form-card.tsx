import type { FormEventHandler, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { Notice } from './notice';

export interface FormCardProps {
  /** What it is called for those who do not see it; without one it needs no name beside its heading. */
  label?: string;
  /** What was wrong with the whole of it when it was last sent. */
  problem: string | null;
  /** Words of the button that sends it; "Save" when not said. */
  submitLabel?: string;
  busy: boolean;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onCancel(): void;
  children: ReactNode;
}

/** A form on a card of its own: what was wrong above the fields, send and give up below them. */
export function FormCard({ label, problem, submitLabel, busy, onSubmit, onCancel, children }: FormCardProps) {
  const { t } = useTranslation();
  return (
    <form
      onSubmit={onSubmit}
      noValidate
      aria-label={label}
      className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
    >
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {children}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {submitLabel ?? t('common.save')}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
