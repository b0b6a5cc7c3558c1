const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const INDENTED = /^(?: {2,}|\t)/;
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

function closesFence(line: string, fence: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= fence.length && [...trimmed].every((unit) => unit === fence[0]);
}

/**
 * Cuts Markdown into blocks that can be rendered on their own, so that a finished block is never
 * parsed again while an answer grows. Fences, display maths and whole lists stay together, and a
 * text with link or footnote definitions stays in one piece, because they may be used anywhere.
 */
export function splitBlocks(text: string): string[] {
  if (DEFINITION.test(text)) return [text];
  const blocks: string[] = [];
  let current: string[] = [];
  let fence: string | null = null;
  let inMath = false;
  let inList = false;

  const close = () => {
    if (current.some((line) => line.trim() !== '')) blocks.push(current.join('\n'));
    current = [];
    inList = false;
  };

  for (const line of text.split('\n')) {
    if (fence) {
      current.push(line);
      if (closesFence(line, fence)) fence = null;
      continue;
    }
    if (line.trim() === '' && !inMath) {
      current.push(line);
      continue;
    }
    const afterGap = current.length > 0 && current.at(-1)?.trim() === '' && !inMath;
    const goesOn = inList && (LIST_ITEM.test(line) || INDENTED.test(line));
    if (afterGap && !goesOn) close();
    current.push(line);
    if (LIST_ITEM.test(line)) inList = true;
    fence = FENCE.exec(line)?.[1] ?? null;
    if (!fence && (line.match(/\$\$/g)?.length ?? 0) % 2 === 1) inMath = !inMath;
  }
  close();
  return blocks;
}
