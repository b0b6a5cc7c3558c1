import type { Element, Root, Text } from 'hast';
import { describe, expect, it } from 'vitest';
import { markSources, type SourceMark } from './mark-sources';

const text = (value: string): Text => ({ type: 'text', value });
const element = (tagName: string, ...children: Element['children']): Element => ({
  type: 'element',
  tagName,
  properties: {},
  children,
});
const root = (...children: Root['children']): Root => ({ type: 'root', children });
const mark = (sentence: string, sign: string): SourceMark => ({
  sentence,
  sign,
  label: `Rests on ${sign}`,
  unsure: sign === '?',
});

/** The tree as text, with every button in brackets. */
function written(node: Root | Element['children'][number]): string {
  if (node.type === 'text') return node.value;
  if (!('children' in node)) return '';
  const inner = node.children.map((child) => written(child as Element['children'][number])).join('');
  return node.type === 'element' && node.tagName === 'button' ? `[${inner}]` : inner;
}

describe('marks of sources', () => {
  it('stand behind their sentences, also where one ends inside bold', () => {
    const tree = root(
      element(
        'p',
        text('Use '),
        element('strong', text('BRIN here.')),
        text(' It stays small (really). Done'),
      ),
    );
    markSources([mark('Use **BRIN here.', 'A'), mark('It stays small (really).', 'AB'), mark('Done', '?')])(
      tree,
    );
    expect(written(tree)).toBe('Use BRIN here.[A] It stays small (really).[AB] Done[?]');
  });

  it('leave out what is not in this block and what stands in code', () => {
    const tree = root(element('pre', text('Done')), element('p', text('Other words.')));
    markSources([mark('Done', 'A'), mark('', 'B')])(tree);
    expect(written(tree)).toBe('DoneOther words.');
  });

  it('tell two equal sentences apart by their order', () => {
    const tree = root(element('p', text('Same. Same.')));
    markSources([mark('Same.', 'A'), mark('Same.', 'B')])(tree);
    expect(written(tree)).toBe('Same.[A] Same.[B]');
  });
});
