const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const FENCE = /^ {0,3}(?:```|~~~)/;
const FORMULA = /\$\$[^$]*\$\$|\\\[[\s\S]*?\\\]/g;
const HEADING = /^ {0,3}#{1,6}\s/;
const OWN_LINE = /^\s*(?:[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|>|\|)/;

/** Endings differ more than beginnings: "pay", "pays" and "payment", "payments" count as one word. */
const STEM = 6;
const PLURAL = /(?<=[a-z]{3})s$/;

/** The words of a text in one spelling, without marks and endings. */
export function wordsOf(text: string): string[] {
  const found: string[] = [];
  for (const { segment, isWordLike } of words.segment(text)) {
    if (!isWordLike) continue;
    const plain = segment.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    found.push(plain.replace(PLURAL, '').slice(0, STEM));
  }
  return found;
}

/** A text cut into sentences; nothing of it is lost. */
export function sentencesOf(text: string): string[] {
  return Array.from(sentences.segment(text), ({ segment }) => segment);
}

/** The sentences of an answer in Markdown: items and rows stand alone, wrapped lines belong together. */
export function passagesOf(markdown: string): string[] {
  const lines: string[] = [];
  let inCode = false;
  let open = false;
  for (const line of markdown.replace(FORMULA, '').split('\n')) {
    if (FENCE.test(line)) {
      inCode = !inCode;
      open = false;
    } else if (inCode) {
      // Code is compared by reading it.
    } else if (line.trim() === '') {
      open = false;
    } else if (open && !OWN_LINE.test(line)) {
      lines.push(`${lines.pop()} ${line.trim()}`);
    } else {
      lines.push(line.trim());
      open = !HEADING.test(line);
    }
  }
  return lines.flatMap(sentencesOf).filter((sentence) => wordsOf(sentence).length > 0);
}
