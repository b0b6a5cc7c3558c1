import { bestPassage } from './likeness';
import { sentencesOf } from './passages';

const BLOCKS = 'p, li, td, th, h4, h5, h6, blockquote';

export interface FoundPassage {
  block: HTMLElement;
  range: Range;
}

/** The pieces of text that a block has for itself and not in a block inside it. */
function ownTexts(block: HTMLElement): Text[] {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent?.closest(BLOCKS) === block && !parent.closest('pre, .katex')) texts.push(node as Text);
  }
  return texts;
}

/** The stretch from one place to another in a row of texts. */
export function rangeIn(texts: Text[], from: number, to: number): Range {
  const range = document.createRange();
  let at = 0;
  for (const text of texts) {
    const end = at + text.length;
    if (from >= at && from <= end) range.setStart(text, from - at);
    if (to > at && to <= end) {
      range.setEnd(text, to - at);
      break;
    }
    at = end;
  }
  return range;
}

/** The sentence on screen that says a point best. */
export function findPassage(root: HTMLElement, point: string): FoundPassage | null {
  const found: { block: HTMLElement; texts: Text[]; from: number; sentence: string }[] = [];
  for (const block of root.querySelectorAll<HTMLElement>(BLOCKS)) {
    const texts = ownTexts(block);
    let from = 0;
    for (const sentence of sentencesOf(texts.map((text) => text.data).join(''))) {
      found.push({ block, texts, from, sentence });
      from += sentence.length;
    }
  }
  const best = bestPassage(
    point,
    found.map(({ sentence }) => sentence),
  );
  const passage = best === null ? undefined : found[best];
  if (!passage) return null;
  const { block, texts, from, sentence } = passage;
  return { block, range: rangeIn(texts, from, from + sentence.trimEnd().length) };
}
