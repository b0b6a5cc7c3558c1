import { readStored, writeStored } from '@/app/stored';
import { uniqueId } from '@/app/unique-id';

/** One try to send a text. Its keys stay the same until the server has answered. */
export interface SendAttempt {
  text: string;
  messageKey: string;
  conversationKey: string;
  /** Set once a new conversation has been made for this text. */
  conversationId?: string;
}

export interface Draft {
  text: string;
  attempt?: SendAttempt;
}

export function draftKey(userId: string, conversationId: string | null): string {
  return `quorum.draft.${userId}.${conversationId ?? 'new'}`;
}

export function readDraft(key: string): Draft {
  const stored = readStored(key);
  if (!stored) return { text: '' };
  try {
    const value = JSON.parse(stored) as Partial<Draft>;
    return { text: typeof value.text === 'string' ? value.text : '', attempt: value.attempt };
  } catch {
    return { text: '' };
  }
}

export function writeDraft(key: string, draft: Draft): void {
  writeStored(key, draft.text === '' && !draft.attempt ? null : JSON.stringify(draft));
}

/** The attempt under which this text goes out: the former one while its outcome is unknown. */
export function attemptFor(draft: Draft, text: string): SendAttempt {
  if (draft.attempt?.text === text) return draft.attempt;
  return { text, messageKey: uniqueId(), conversationKey: uniqueId() };
}
