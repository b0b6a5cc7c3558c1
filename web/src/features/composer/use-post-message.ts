import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { api, useCreateConversationMutation, useSendMessageMutation } from '@/app/api';
import { showConversation } from '@/app/conversation-cache';
import { useAppDispatch } from '@/app/store';
import type { ConversationDraft } from '@/generated/api';
import { findMessage, upsertMessage } from '@/live/thread-cache';
import type { SendAttempt } from './draft-store';

/** Sends a message; for a new conversation it is made first and then opened. */
export function usePostMessage(conversationId: string | null, settings: ConversationDraft) {
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const [create] = useCreateConversationMutation();
  const [send] = useSendMessageMutation();

  return useCallback(
    async (attempt: SendAttempt, keep: (attempt: SendAttempt) => void) => {
      let id = conversationId ?? attempt.conversationId;
      if (!id) {
        const made = await create({
          'Idempotency-Key': attempt.conversationKey,
          conversationDraft: settings,
        }).unwrap();
        id = made.id;
        keep({ ...attempt, conversationId: id });
        dispatch(showConversation(made));
      }
      const sent = await send({
        id,
        'Idempotency-Key': attempt.messageKey,
        messageDraft: {
          content: attempt.text,
          trigger_ai_responses: true,
          ...(attempt.attachmentIds.length > 0 && { attachments: attempt.attachmentIds }),
        },
      }).unwrap();
      // The event may have come first, and later ones with it; then the cache already knows better.
      dispatch(
        api.util.updateQueryData('thread', id, (thread) => {
          if (!findMessage(thread, sent.message.id)) upsertMessage(thread, sent.message);
        }),
      );
      if (!conversationId) navigate(`/c/${id}`);
    },
    [conversationId, create, dispatch, navigate, send, settings],
  );
}
