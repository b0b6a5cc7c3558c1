import { describe, expect, it } from 'vitest';
import { aConversation } from '@/test/turn-fixtures';
import { placeInPages, removeFromPages } from './conversation-cache';

const at = (id: string, hour: number) =>
  aConversation({ id, last_message_at: `2026-11-21T${String(hour).padStart(2, '0')}:00:00Z` });
const pages = () => ({
  pages: [
    { items: [at('a', 12), at('b', 10)], next_cursor: 'more' },
    { items: [at('c', 8)], next_cursor: null as string | null },
  ],
  pageParams: [null, 'more'],
});
const ids = (value: ReturnType<typeof pages>) =>
  value.pages.map((page) => page.items.map((item) => item.id).join(''));

describe('the cached list of conversations', () => {
  it('puts the newest activity first, wherever it was before', () => {
    const value = pages();
    placeInPages(value, at('c', 13));
    expect(ids(value)).toEqual(['cab', '']);
    placeInPages(value, at('d', 9));
    expect(ids(value)).toEqual(['cab', 'd']);
  });

  it('leaves out what lies beyond the loaded pages', () => {
    const value = pages();
    value.pages[1] = { items: [at('c', 8)], next_cursor: 'even-more' };
    placeInPages(value, at('old', 1));
    expect(ids(value)).toEqual(['ab', 'c']);
  });

  it('takes one out', () => {
    const value = pages();
    removeFromPages(value, 'b');
    expect(ids(value)).toEqual(['a', 'c']);
  });
});
