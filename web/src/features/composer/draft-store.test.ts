import { describe, expect, it, vi } from 'vitest';
import { uniqueId } from '@/app/unique-id';
import { anAttachment } from '@/test/turn-fixtures';
import { attemptFor, type Draft, draftKey, readDraft, writeDraft } from './draft-store';

const draft = (text: string, more: Partial<Draft> = {}): Draft => ({ text, attachments: [], ...more });

describe('drafts', () => {
  const key = draftKey('user-1', 'conversation-1');

  it('survive in the browser, per person and conversation', () => {
    writeDraft(key, draft('Half a thought', { attachments: [anAttachment()] }));
    expect(readDraft(key).text).toBe('Half a thought');
    expect(readDraft(key).attachments).toEqual([anAttachment()]);
    expect(readDraft(draftKey('user-2', 'conversation-1')).text).toBe('');
    expect(readDraft(draftKey('user-1', null)).text).toBe('');
  });

  it('leave nothing behind when empty', () => {
    writeDraft(key, draft('x'));
    writeDraft(key, draft(''));
    expect(localStorage.getItem(key)).toBeNull();
  });

  it('read broken storage as empty', () => {
    localStorage.setItem(key, '{not json');
    expect(readDraft(key)).toEqual({ text: '', attachments: [] });
  });

  it('keep the key of an attempt for the same text and images and make a new one for others', () => {
    const attempt = attemptFor(draft('Hello'));
    expect(attemptFor(draft('Hello', { attempt }))).toBe(attempt);
    expect(attemptFor(draft('Hello!', { attempt })).messageKey).not.toBe(attempt.messageKey);
    const withImage = draft('Hello', { attempt, attachments: [anAttachment()] });
    expect(attemptFor(withImage).messageKey).not.toBe(attempt.messageKey);
  });
});

describe('unique ids', () => {
  it('are proper UUIDs also where the browser has no randomUUID', () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(255) });
    expect(uniqueId()).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    vi.unstubAllGlobals();
  });
});
