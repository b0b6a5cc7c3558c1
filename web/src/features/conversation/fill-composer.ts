import type { Attachment } from '@/generated/api';

/** Puts a question and its images into the composer, as if it had been written there. */
export function fillComposer(text: string, attachments: Attachment[] = []): void {
  window.dispatchEvent(new CustomEvent('quorum:fill', { detail: { text, attachments } }));
}
