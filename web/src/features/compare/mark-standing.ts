import type { Element, ElementContent, Root, Text } from 'hast';
import type { Standing } from '@/text/likeness';
import { sentencesOf } from '@/text/passages';

const BLOCKS = new Set(
  'blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);

/** A stretch of one sentence inside one piece of text. */
interface Stretch {
  text: string;
  sentence: number;
}

function isOpaque(node: Element): boolean {
  const classes = node.properties.className;
  return node.tagName === 'pre' || (Array.isArray(classes) && classes.some((name) => `${name}` === 'katex'));
}

function textOf(node: ElementContent): string {
  if (node.type === 'text') return node.value;
  return node.type === 'element' && !isOpaque(node) ? node.children.map(textOf).join('') : '';
}

/** Gives out a run's text piece by piece, cut where sentences end. */
function cutter(ends: number[]): (text: string) => Stretch[] {
  let at = 0;
  return (text) => {
    const stretches: Stretch[] = [];
    const stop = at + text.length;
    while (at < stop) {
      const sentence = ends.findIndex((end) => end > at);
      const to = Math.min(ends[sentence] ?? stop, stop);
      stretches.push({ text: text.slice(text.length - (stop - at), text.length - (stop - to)), sentence });
      at = to;
    }
    return stretches;
  };
}

function marked(value: Text, standing: Standing, hint: string | null): Element {
  const spoken: Element[] = hint
    ? [
        {
          type: 'element',
          tagName: 'span',
          properties: { className: ['sr-only'] },
          children: [{ type: 'text', value: hint }],
        },
      ]
    : [];
  return {
    type: 'element',
    tagName: 'mark',
    properties: { dataStanding: standing },
    children: [...spoken, value],
  };
}

export interface Marking {
  stand(sentence: string): Standing;
  /** The sentences to mark. */
  wanted: Standing;
  /** What a screen reader hears before a marked sentence. */
  hint: string;
}

/** Marks the sentences of one run of text, which may begin and end inside bold or links. */
function markRun(run: ElementContent[], { stand, wanted, hint }: Marking): ElementContent[] {
  const sentences = sentencesOf(run.map(textOf).join(''));
  const standings = sentences.map(stand);
  let length = 0;
  const cut = cutter(
    sentences.map((sentence) => {
      length += sentence.length;
      return length;
    }),
  );
  const said = new Set<number>();
  const rewrite = (node: ElementContent): ElementContent[] => {
    if (node.type === 'element') {
      return [isOpaque(node) ? node : { ...node, children: node.children.flatMap(rewrite) }];
    }
    if (node.type !== 'text') return [node];
    return cut(node.value).map(({ text, sentence }) => {
      const value: Text = { type: 'text', value: text };
      if (standings[sentence] !== wanted || text.trim() === '') return value;
      const first = !said.has(sentence);
      said.add(sentence);
      return marked(value, wanted, first ? hint : null);
    });
  };
  return run.flatMap(rewrite);
}

function markChildren(children: ElementContent[], marking: Marking): ElementContent[] {
  const result: ElementContent[] = [];
  let run: ElementContent[] = [];
  const close = () => {
    result.push(...markRun(run, marking));
    run = [];
  };
  for (const child of children) {
    if (child.type !== 'element' || !BLOCKS.has(child.tagName)) {
      run.push(child);
      continue;
    }
    close();
    result.push(isOpaque(child) ? child : { ...child, children: markChildren(child.children, marking) });
  }
  close();
  return result;
}

/** Marks the sentences of an answer by how they stand, and says so once to screen readers. */
export function markStanding(marking: Marking): (tree: Root) => void {
  return (tree) => {
    tree.children = markChildren(tree.children as ElementContent[], marking);
  };
}
