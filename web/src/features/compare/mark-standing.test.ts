import type { Element, ElementContent, Root } from 'hast';
import { describe, expect, it } from 'vitest';
import { markStanding } from './mark-standing';

const text = (value: string): ElementContent => ({ type: 'text', value });
const element = (tagName: string, children: ElementContent[], className?: string[]): Element => ({
  type: 'element',
  tagName,
  properties: className ? { className } : {},
  children,
});

function plain(node: Root | ElementContent): string {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element' && node.type !== 'root') return '';
  const inner = node.children.map((child) => plain(child as ElementContent)).join('');
  return node.type === 'element' && node.tagName === 'mark' ? `[${inner}]` : inner;
}

function mark(children: ElementContent[]): string {
  const tree: Root = { type: 'root', children };
  markStanding({
    stand: (sentence) => (sentence.includes('new') ? 'unique' : 'shared'),
    wanted: 'unique',
    hint: '+',
  })(tree);
  return plain(tree);
}

describe('marking sentences of an answer', () => {
  it('marks whole sentences, also through bold, with one hint each', () => {
    expect(
      mark([element('p', [text('Old. A '), element('strong', [text('new')]), text(' one. Old again.')])]),
    ).toBe('Old. [+A ][new][ one. ]Old again.');
  });

  it('takes items and cells for themselves, and leaves code and formulas alone', () => {
    expect(
      mark([
        element('ul', [
          element('li', [text('new'), element('ul', [element('li', [text('old')])])]),
          element('li', [element('p', [text('all new')])]),
        ]),
        element('pre', [text('new code')]),
        element('p', [element('span', [text('new')], ['katex']), text(' old')]),
      ]),
    ).toBe('[+new]old[+all new]new codenew old');
  });
});
