import type { ReactNode, Ref } from 'react';
import { cx } from '@/components/ui/class-names';

interface ChipProps extends Omit<React.ButtonHTMLAttributes<HTMLButtonElement>, 'value'> {
  icon: ReactNode;
  /** Says in full what the chip is for. */
  label: string;
  /** How it is set, in one word or two. */
  value: string;
  /** Stands for the value where there is little room; without words the icon stands alone. */
  short?: ReactNode;
  /** From where down the value is shortened: a phone, or a page at four times its size. */
  shortFrom?: 'phone' | 'tiny';
  ref?: Ref<HTMLButtonElement>;
}

const hides = { phone: 'max-sm:sr-only', tiny: 'max-[22rem]:sr-only' };
const shows = { phone: 'sm:hidden', tiny: 'min-[22rem]:hidden' };

/** A setting of the next message; its whole value is always its name, however little of it is seen. */
export function Chip({ icon, label, value, short, shortFrom, ...rest }: ChipProps) {
  return (
    <button
      type="button"
      title={value === label ? label : `${label}: ${value}`}
      className="tap inline-flex min-w-0 max-w-full items-center gap-1.5 rounded-lg px-2 max-sm:px-1.5 max-[22rem]:gap-1 max-[22rem]:px-1 py-1 text-[0.8125rem] text-ink-soft hover:bg-sunken hover:text-ink"
      {...rest}
    >
      {icon}
      {value !== label && <span className="sr-only">{label}: </span>}
      <span className={cx('truncate', shortFrom && hides[shortFrom])}>{value}</span>
      {shortFrom && short != null && (
        <span aria-hidden className={shows[shortFrom]}>
          {short}
        </span>
      )}
    </button>
  );
}
