import { readStored, writeStored } from '@/app/stored';
import { uniqueId } from '@/app/unique-id';
import type { Attachment } from '@/generated/api';

/** One try to send a text with its images. Its keys stay the same until the server has answered. */
export interface SendAttempt {
  text: string;
  attachmentIds: string[];
  messageKey: string;
  conversationKey: string;
  /** Set once a new conversation has been made for this text. */
  conversationId?: string;
}

export interface Draft {
  text: string;
  attachments: Attachment[];
  attempt?: SendAttempt;
}

export function draftKey(userId: string, conversationId: string | null): string {
  return `quorum.draft.${userId}.${conversationId ?? 'new'}`;
}

export function readDraft(key: string): Draft {
  const stored = readStored(key);
  const empty = { text: '', attachments: [] };
  if (!stored) return empty;
  try {
    const value = JSON.parse(stored) as Partial<Draft>;
    return {
      text: typeof value.text === 'string' ? value.text : '',
      attachments: Array.isArray(value.attachments) ? value.attachments : [],
      attempt: value.attempt,
    };
  } catch {
    return empty;
  }
}

export function writeDraft(key: string, draft: Draft): void {
  const isEmpty = draft.text === '' && draft.attachments.length === 0 && !draft.attempt;
  writeStored(key, isEmpty ? null : JSON.stringify(draft));
}

/** The attempt under which this goes out: the former one while its outcome is unknown. */
export function attemptFor(draft: Draft): SendAttempt {
  const { text, attempt } = draft;
  const attachmentIds = draft.attachments.map((image) => image.id);
  if (attempt?.text === text && (attempt.attachmentIds ?? []).join() === attachmentIds.join()) return attempt;
  return { text, attachmentIds, messageKey: uniqueId(), conversationKey: uniqueId() };
}
