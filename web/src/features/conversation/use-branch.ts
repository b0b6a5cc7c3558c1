import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { useCreateBranchMutation, useGetConversationQuery } from '@/app/api';
import { showConversation } from '@/app/conversation-cache';
import { useSession } from '@/app/gate';
import { problemText } from '@/app/problem';
import { useAppDispatch } from '@/app/store';
import { draftKey, writeDraft } from '@/features/composer/draft-store';
import type { Message } from '@/generated/api';
import { announce } from '@/live/announcer';

const LONGEST_TITLE = 200;

/** Opens a conversation with the turns before a question, and the question in its composer to be changed. */
export function useBranch(message: Message): () => Promise<void> {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const dispatch = useAppDispatch();
  const userId = useSession()?.user.id ?? 'none';
  const title = useGetConversationQuery({ id: message.conversation_id }).data?.title;
  const [create] = useCreateBranchMutation();
  return useCallback(async () => {
    try {
      const made = await create({
        id: message.conversation_id,
        branchDraft: {
          message_id: message.id,
          title: title && t('turn.branchTitle', { title }).slice(0, LONGEST_TITLE),
        },
      }).unwrap();
      dispatch(showConversation(made));
      writeDraft(draftKey(userId, made.id), { text: message.content, attachments: message.attachments });
      navigate(`/c/${made.id}`);
      announce(t('turn.branched'));
      toast(t('turn.branched'));
    } catch (error) {
      toast.error(problemText(error));
    }
  }, [create, dispatch, message, navigate, t, title, userId]);
}
