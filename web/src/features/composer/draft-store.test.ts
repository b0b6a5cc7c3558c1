import { describe, expect, it, vi } from 'vitest';
import { uniqueId } from '@/app/unique-id';
import { attemptFor, draftKey, readDraft, writeDraft } from './draft-store';

describe('drafts', () => {
  const key = draftKey('user-1', 'conversation-1');

  it('survive in the browser, per person and conversation', () => {
    writeDraft(key, { text: 'Half a thought' });
    expect(readDraft(key).text).toBe('Half a thought');
    expect(readDraft(draftKey('user-2', 'conversation-1')).text).toBe('');
    expect(readDraft(draftKey('user-1', null)).text).toBe('');
  });

  it('leave nothing behind when empty', () => {
    writeDraft(key, { text: 'x' });
    writeDraft(key, { text: '' });
    expect(localStorage.getItem(key)).toBeNull();
  });

  it('read broken storage as empty', () => {
    localStorage.setItem(key, '{not json');
    expect(readDraft(key)).toEqual({ text: '' });
  });

  it('keep the key of an attempt for the same text and make a new one for another', () => {
    const attempt = attemptFor({ text: 'Hello' }, 'Hello');
    expect(attemptFor({ text: 'Hello', attempt }, 'Hello')).toBe(attempt);
    expect(attemptFor({ text: 'Hello', attempt }, 'Hello!').messageKey).not.toBe(attempt.messageKey);
  });
});

describe('unique ids', () => {
  it('are proper UUIDs also where the browser has no randomUUID', () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(255) });
    expect(uniqueId()).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    vi.unstubAllGlobals();
  });
});
