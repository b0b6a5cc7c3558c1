import { i18n } from '@/i18n';

/** The language of the page, as it is written where the reader is: English in Britain has days before months. */
function locale(): string {
  const language = i18n.resolvedLanguage ?? 'en';
  return navigator.languages?.find((one) => one.split('-')[0] === language) ?? language;
}

/** Micro-USD as money; small sums keep two significant digits. */
export function formatMoney(microUsd: number): string {
  const usd = microUsd / 1_000_000;
  const small = usd !== 0 && Math.abs(usd) < 0.1;
  return new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    ...(small ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 }),
  }).format(usd);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** A size in the unit that fits it. */
export function formatBytes(bytes: number): string {
  const units = ['kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length, Math.max(1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: units[power - 1],
    maximumFractionDigits: bytes < 10 ** (3 * power + 1) ? 1 : 0,
  }).format(bytes / 10 ** (3 * power));
}

export function formatScore(score: number): string {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    score,
  );
}

export function formatPercent(value: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent' }).format(value / 100);
}

/** Seconds with one digit below ten, whole seconds to a minute, then minutes. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) {
    const digits = seconds < 10 ? 1 : 0;
    const text = new Intl.NumberFormat(locale(), {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(digits ? seconds : Math.round(seconds));
    return `${text} s`;
  }
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A day such as `2026-11-21`, wherever the reader is. */
export function formatDate(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
}

export function formatExact(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(iso),
  );
}

/** A day and a time to which no second matters. */
export function formatMoment(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function formatRelative(iso: string, now: number): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return i18n.t('time.justNow');
}

/** Local calendar day as a comparable key. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** "Today", "Yesterday", a weekday within the week, else the date. */
export function formatDay(iso: string, now: Date): string {
  const date = new Date(iso);
  const startOfDay = (value: Date) =>
    new Date(value.getFullYear(), value.getMonth(), value.getDate()).getTime();
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days <= 0) return i18n.t('time.today');
  if (days === 1) return i18n.t('time.yesterday');
  if (days < 7) return new Intl.DateTimeFormat(locale(), { weekday: 'long' }).format(date);
  const sameYear = date.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale(), {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date);
}
