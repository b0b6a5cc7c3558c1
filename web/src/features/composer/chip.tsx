import type { ReactNode, Ref } from 'react';

interface ChipProps extends React.ButtonHTMLAttributes<HTMLButtonElement> {
  icon: ReactNode;
  /** Says in full what the chip is for. */
  label: string;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A setting of the next message, in one word or two. */
export function Chip({ icon, label, children, ...rest }: ChipProps) {
  return (
    <button
      type="button"
      title={label}
      className="tap inline-flex min-w-0 items-center gap-1.5 rounded-lg px-2 max-sm:px-1.5 py-1 text-[0.8125rem] text-ink-soft hover:bg-sunken hover:text-ink"
      {...rest}
    >
      {icon}
      <span className="sr-only">{label}: </span>
      <span className="truncate">{children}</span>
    </button>
  );
}
