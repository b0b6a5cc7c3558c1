import { describe, expect, it } from 'vitest';
import { splitBlocks } from './split-blocks';

describe('splitting Markdown into blocks', () => {
  it('parts paragraphs at blank lines', () => {
    expect(splitBlocks('One\nstill one\n\nTwo').map((block) => block.trim())).toEqual([
      'One\nstill one',
      'Two',
    ]);
  });

  it('keeps a code block whole, blank lines included', () => {
    const code = '```py\na = 1\n\nb = 2\n```';
    expect(splitBlocks(`Text\n\n${code}\n\nMore`).map((block) => block.trim())).toEqual([
      'Text',
      code,
      'More',
    ]);
  });

  it('keeps an unfinished code block open to the end', () => {
    expect(splitBlocks('Text\n\n```\nx\n\ny')).toHaveLength(2);
  });

  it('does not end a fence at a shorter one inside it', () => {
    expect(splitBlocks('````\n```\n\nx\n````\n\nend')).toHaveLength(2);
  });

  it('keeps display maths together', () => {
    expect(splitBlocks('$$\na\n\nb\n$$\n\nafter')).toHaveLength(2);
  });

  it('keeps a loose list together, with its indented parts', () => {
    expect(splitBlocks('1. one\n\n   more of one\n\n2. two\n\nafter')).toHaveLength(2);
  });

  it('leaves a text with link definitions in one piece', () => {
    expect(splitBlocks('See [a][1].\n\nMore.\n\n[1]: https://example.com')).toHaveLength(1);
  });

  it('never loses a visible character and finished blocks never change while the text grows', () => {
    const text =
      'Intro\n\n- a\n\n- b\n\n```js\nlet x;\n\nlet y;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd.';
    let before: string[] = [];
    for (let length = 1; length <= text.length; length += 1) {
      const blocks = splitBlocks(text.slice(0, length));
      const settled = before.slice(0, -1);
      expect(blocks.slice(0, settled.length).map((b) => b.trim())).toEqual(settled.map((b) => b.trim()));
      expect(blocks.join('').replace(/\s/g, '')).toBe(text.slice(0, length).replace(/\s/g, ''));
      before = blocks;
    }
  });
});
