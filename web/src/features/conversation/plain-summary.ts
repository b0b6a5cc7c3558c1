/** Inline maths by Pandoc's rule: no space inside the dollars, no digit behind them, so that sums of money stay. */
const INLINE_MATHS = /\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)/g;

/** A summary is plain text: what is left of maths in it is shown without its dollars. */
export function plainSummary(text: string): string {
  return text.replaceAll('$$', '').replace(INLINE_MATHS, '$1');
}
