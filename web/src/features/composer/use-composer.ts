import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '@/app/gate';
import { problemOf } from '@/app/problem';
import type { Attachment, Problem } from '@/generated/api';
import { attemptFor, type Draft, draftKey, readDraft, type SendAttempt, writeDraft } from './draft-store';

export interface ComposerState {
  text: string;
  setText(text: string): void;
  attachments: Attachment[];
  setAttachments(next: (now: Attachment[]) => Attachment[]): void;
  sending: boolean;
  problem: Problem | null;
  clearProblem(): void;
  send(): void;
}

/**
 * The composer's draft and its sending. The draft is stored with every change and cleared only when
 * the server has taken the message; a repeat while the outcome is unknown carries the same key.
 */
export function useComposer(
  conversationId: string | null,
  post: (attempt: SendAttempt, keep: (attempt: SendAttempt) => void) => Promise<void>,
): ComposerState {
  const userId = useSession()?.user.id ?? 'none';
  const key = draftKey(userId, conversationId);
  const [text, setTextState] = useState(() => readDraft(key).text);
  const [attachments, setAttachmentsState] = useState(() => readDraft(key).attachments);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const draft = useRef<Draft>(readDraft(key));
  const busy = useRef(false);

  const store = useCallback(
    (next: Draft) => {
      draft.current = next;
      writeDraft(key, next);
    },
    [key],
  );

  useEffect(() => {
    const known = readDraft(key);
    draft.current = known;
    setTextState(known.text);
    setAttachmentsState(known.attachments);
    setProblem(null);
  }, [key]);

  const setText = useCallback(
    (next: string) => {
      setTextState(next);
      store({ ...draft.current, text: next });
    },
    [store],
  );

  const setAttachments = useCallback(
    (next: (now: Attachment[]) => Attachment[]) => {
      const now = next(draft.current.attachments);
      setAttachmentsState(now);
      store({ ...draft.current, attachments: now });
    },
    [store],
  );

  const send = useCallback(() => {
    const wanted = draft.current.text;
    if (busy.current || wanted.trim() === '') return;
    busy.current = true;
    setSending(true);
    setProblem(null);
    const attempt = attemptFor(draft.current);
    store({ ...draft.current, attempt });
    post(attempt, (kept) => store({ ...draft.current, attempt: kept }))
      .then(() => {
        // What was typed while the message was on its way stays.
        const later = draft.current.text === wanted ? '' : draft.current.text;
        const sent = new Set(attempt.attachmentIds);
        const left = draft.current.attachments.filter((image) => !sent.has(image.id));
        store({ text: later, attachments: left });
        setTextState(later);
        setAttachmentsState(left);
      })
      .catch((error: unknown) => {
        const why = problemOf(error);
        setProblem(why);
        const answered = why !== null && why.status > 0 && why.status < 500;
        if (answered) store({ text: draft.current.text, attachments: draft.current.attachments });
      })
      .finally(() => {
        busy.current = false;
        setSending(false);
      });
  }, [post, store]);

  const clearProblem = useCallback(() => setProblem(null), []);
  return { text, setText, attachments, setAttachments, sending, problem, clearProblem, send };
}
