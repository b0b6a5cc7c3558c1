import { LoaderCircle } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './class-names';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'bg-surface text-ink ring-1 ring-inset ring-line hover:ring-line-strong hover:bg-sunken',
  quiet: 'text-ink-soft hover:bg-sunken hover:text-ink',
  danger: 'bg-surface text-bad ring-1 ring-inset ring-line hover:bg-bad-soft hover:ring-bad/40',
};

const sizes = {
  small: 'h-8 px-3 text-sm [&>svg]:shrink-0',
  normal: 'h-10 px-4 text-[0.9375rem] [&>svg]:shrink-0',
  icon: 'size-8 shrink-0 [&>svg]:shrink-0',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  size?: 'small' | 'normal' | 'icon';
  icon?: ReactNode;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  look = 'secondary',
  size = 'small',
  icon,
  busy,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(
        'tap inline-flex select-none items-center justify-center gap-1.5 rounded-lg font-medium transition-colors',
        'disabled:opacity-55',
        sizes[size],
        looks[look],
        className,
      )}
      {...rest}
    >
      {busy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  label: string;
  icon: ReactNode;
}

/** A button that shows only an icon; its label is spoken, and shown on hover. */
export function IconButton({ label, icon, className, look = 'quiet', ...rest }: IconButtonProps) {
  return (
    <Button size="icon" look={look} aria-label={label} title={label} className={className} {...rest}>
      {icon}
    </Button>
  );
}
