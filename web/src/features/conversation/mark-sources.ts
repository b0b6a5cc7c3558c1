import type { Element, ElementContent, Root, Text } from 'hast';

/** A sentence of a text and the button that stands behind it. */
export interface SourceMark {
  /** As it stands in the Markdown. */
  sentence: string;
  /** What the button shows. */
  sign: string;
  /** What it is called. */
  label: string;
  /** True where nothing supports the sentence. */
  unsure: boolean;
}

const LETTER = /[\p{L}\p{N}]/u;

interface Letter {
  letter: string;
  node: Text;
  /** One past the letter. */
  end: number;
}

function isOpaque(node: Element): boolean {
  const classes = node.properties.className;
  return node.tagName === 'pre' || (Array.isArray(classes) && classes.some((name) => `${name}` === 'katex'));
}

function lettersOf(node: Root | ElementContent, found: Letter[]): Letter[] {
  if (node.type === 'text') {
    let end = 0;
    for (const character of node.value) {
      end += character.length;
      if (LETTER.test(character)) found.push({ letter: character.toLowerCase(), node, end });
    }
  } else if ('children' in node && !(node.type === 'element' && isOpaque(node))) {
    for (const child of node.children) lettersOf(child as ElementContent, found);
  }
  return found;
}

/** Letters alone, so that marks of Markdown and kinds of spaces make no difference. */
function plain(text: string): string[] {
  return Array.from(text)
    .filter((character) => LETTER.test(character))
    .map((character) => character.toLowerCase());
}

function startOf(letters: Letter[], wanted: string[], from: number): number {
  for (let at = from; at + wanted.length <= letters.length; at += 1) {
    if (wanted.every((letter, offset) => letters[at + offset]?.letter === letter)) return at;
  }
  return -1;
}

interface Place {
  /** One past the sentence's last letter in its piece of text. */
  end: number;
  button: Element;
}

function buttonFor(mark: SourceMark, number: number): Element {
  return {
    type: 'element',
    tagName: 'button',
    properties: {
      type: 'button',
      dataSentence: String(number),
      dataUnsure: mark.unsure ? 'true' : undefined,
      ariaLabel: mark.label,
      className: ['source-mark'],
    },
    children: [{ type: 'text', value: mark.sign }],
  };
}

/** Behind the marks that close a sentence, such as a full stop and a quotation mark. */
function closing(text: string, from: number): number {
  const rest = /^[^\p{L}\p{N}\s]*/u.exec(text.slice(from));
  return from + (rest?.[0].length ?? 0);
}

/** The button never stands alone at the beginning of a line. */
function together(word: Text, button: Element): Element {
  return {
    type: 'element',
    tagName: 'span',
    properties: { className: ['source-end'] },
    children: [word, button],
  };
}

function insert(node: Element | Root, places: Map<Text, Place[]>): void {
  node.children = node.children.flatMap((child): ElementContent[] => {
    if (child.type === 'element') insert(child, places);
    const here = child.type === 'text' ? places.get(child) : undefined;
    if (child.type !== 'text' || !here) return [child as ElementContent];
    const pieces: ElementContent[] = [];
    let at = 0;
    for (const { end, button } of here) {
      const to = closing(child.value, end);
      const word = Math.max(at, child.value.slice(0, end).search(/\S+$/));
      pieces.push({ type: 'text', value: child.value.slice(at, word) });
      pieces.push(together({ type: 'text', value: child.value.slice(word, to) }, button));
      at = to;
    }
    return [...pieces, { type: 'text', value: child.value.slice(at) }];
  });
}

/** Puts a button behind every sentence that is found in a cleaned tree. */
export function markSources(marks: SourceMark[]): (tree: Root) => void {
  return (tree) => {
    const letters = lettersOf(tree, []);
    const places = new Map<Text, Place[]>();
    let from = 0;
    for (const [number, mark] of marks.entries()) {
      const wanted = plain(mark.sentence);
      const at = wanted.length === 0 ? -1 : startOf(letters, wanted, from);
      const last = at < 0 ? undefined : letters[at + wanted.length - 1];
      if (!last) continue;
      from = at + wanted.length;
      const here = places.get(last.node) ?? [];
      places.set(last.node, [...here, { end: last.end, button: buttonFor(mark, number) }]);
    }
    insert(tree, places);
  };
}
