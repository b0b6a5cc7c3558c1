const CODE = /(`+)(?:(?!\1)[\s\S])*?\1(?!`)/g;
const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;

/** Whether a single dollar at `at` may end inline maths: no space before it, no digit after it. */
function closesAt(line: string, at: number): boolean {
  const before = line[at - 1] ?? ' ';
  const after = line[at + 1] ?? ' ';
  return !/\s/.test(before) && before !== '\\' && !/\d/.test(after);
}

/** Escapes dollars that are money and not maths, by the rule Pandoc's manual gives for `$`. */
function escapeMoney(line: string): string {
  let out = '';
  let at = 0;
  while (at < line.length) {
    const unit = line[at] as string;
    if (unit === '\\') {
      out += line.slice(at, at + 2);
      at += 2;
    } else if (unit !== '$') {
      out += unit;
      at += 1;
    } else if (line[at + 1] === '$') {
      const end = line.indexOf('$$', at + 2);
      const stop = end < 0 ? line.length : end + 2;
      out += line.slice(at, stop);
      at = stop;
    } else {
      const end = closingDollar(line, at);
      out += end < 0 ? '\\$' : line.slice(at, end + 1);
      at = end < 0 ? at + 1 : end + 1;
    }
  }
  return out;
}

function closingDollar(line: string, open: number): number {
  if (/\s/.test(line[open + 1] ?? ' ')) return -1;
  for (let at = open + 2; at < line.length; at += 1) {
    if (line[at] === '$' && closesAt(line, at)) return at;
  }
  return -1;
}

function outsideCode(line: string): string {
  let out = '';
  let from = 0;
  for (const match of line.matchAll(CODE)) {
    out += prose(line.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return out + prose(line.slice(from));
}

function prose(text: string): string {
  const dollars = text
    .replace(/\\\[/g, () => '$$')
    .replace(/\\\]/g, () => '$$')
    .replace(/\\\((.+?)\\\)/g, (_all, inner: string) => `$${inner.trim()}$`);
  return escapeMoney(dollars);
}

/** Brings `\( \)` and `\[ \]` to dollar signs and keeps sums of money out of maths. Code is left alone. */
export function normaliseMaths(text: string): string {
  let inFence = false;
  let inDisplay = false;
  return text
    .split('\n')
    .map((line) => {
      if (FENCE.test(line)) inFence = !inFence;
      if (inFence || FENCE.test(line)) return line;
      const wasDisplay = inDisplay;
      const changed = wasDisplay ? line.replace(/\\\]/g, () => '$$') : outsideCode(line);
      if ((changed.match(/\$\$/g)?.length ?? 0) % 2 === 1) inDisplay = !inDisplay;
      return changed;
    })
    .join('\n');
}
