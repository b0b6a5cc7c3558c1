import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { cx } from './class-names';

const box =
  'w-full rounded-lg bg-surface text-ink ring-1 ring-inset ring-line-strong/70 px-3 text-[0.9375rem] ' +
  'hover:ring-line-strong aria-invalid:ring-bad aria-invalid:ring-2 disabled:opacity-60';

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string;
}

export interface FieldProps extends Around, InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>;
}

/** A labelled input whose error and hint are tied to it for screen readers. */
export function Field({ label, hint, error, id, className, ...rest }: FieldProps) {
  const made = useId();
  const inputId = id ?? made;
  return (
    <FieldFrame label={label} hint={hint} error={error} inputId={inputId}>
      <input
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(inputId, hint, error)}
        className={cx(box, 'h-10 pointer-coarse:h-11', className)}
        {...rest}
      />
    </FieldFrame>
  );
}

export interface TextAreaProps extends Around, TextareaHTMLAttributes<HTMLTextAreaElement> {
  ref?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ label, hint, error, id, className, ...rest }: TextAreaProps) {
  const made = useId();
  const inputId = id ?? made;
  return (
    <FieldFrame label={label} hint={hint} error={error} inputId={inputId}>
      <textarea
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(inputId, hint, error)}
        className={cx(box, 'min-h-24 py-2', className)}
        {...rest}
      />
    </FieldFrame>
  );
}

export interface SelectProps extends Around, React.SelectHTMLAttributes<HTMLSelectElement> {
  ref?: Ref<HTMLSelectElement>;
}

export function SelectField({ label, hint, error, id, className, children, ...rest }: SelectProps) {
  const made = useId();
  const inputId = id ?? made;
  return (
    <FieldFrame label={label} hint={hint} error={error} inputId={inputId}>
      <select
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(inputId, hint, error)}
        className={cx(box, 'h-10 pointer-coarse:h-11', className)}
        {...rest}
      >
        {children}
      </select>
    </FieldFrame>
  );
}

function describedBy(id: string, hint: ReactNode, error: string | undefined): string | undefined {
  if (error) return `${id}-error`;
  return hint ? `${id}-hint` : undefined;
}

function FieldFrame({
  label,
  hint,
  error,
  inputId,
  children,
}: Around & { inputId: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={inputId} className="text-sm font-medium text-ink">
        {label}
      </label>
      {children}
      {error && (
        <p id={`${inputId}-error`} role="alert" className="text-sm text-bad">
          {error}
        </p>
      )}
      {hint && !error && (
        <p id={`${inputId}-hint`} className="text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

export interface CheckFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: ReactNode;
  hint?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

export function CheckField({ label, hint, className, ...rest }: CheckFieldProps) {
  return (
    <label className={cx('flex min-h-8 items-start gap-2.5 py-1 text-sm pointer-coarse:min-h-11', className)}>
      <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" {...rest} />
      <span>
        <span className="text-ink">{label}</span>
        {hint && <span className="block text-ink-faint">{hint}</span>}
      </span>
    </label>
  );
}
