import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { toast } from 'sonner';
import {
  useDeleteConversationMutation,
  useRestoreConversationMutation,
  useUpdateConversationMutation,
} from '@/app/api';
import { hideConversation, showConversation } from '@/app/conversation-cache';
import { problemText } from '@/app/problem';
import { useAppDispatch } from '@/app/store';
import { offerUndo } from '@/app/undo';
import type { Conversation } from '@/generated/api';

export interface ConversationActions {
  rename(conversation: Conversation, title: string): Promise<void>;
  archive(conversation: Conversation, archived: boolean): void;
  remove(conversation: Conversation): void;
}

/** Rename, archive and delete; each shows at once, and the last two can be undone. */
export function useConversationActions(): ConversationActions {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [update] = useUpdateConversationMutation();
  const [remove] = useDeleteConversationMutation();
  const [restore] = useRestoreConversationMutation();

  const failed = (conversation: Conversation) => (error: unknown) => {
    dispatch(showConversation(conversation));
    toast.error(problemText(error));
  };
  const leave = (conversation: Conversation) => {
    if (pathname === `/c/${conversation.id}`) navigate('/');
  };
  const setArchived = async (conversation: Conversation, archived: boolean) => {
    dispatch(showConversation({ ...conversation, archived }));
    const changed = await update({ id: conversation.id, conversationChanges: { archived } }).unwrap();
    dispatch(showConversation(changed));
  };

  return {
    async rename(conversation, title) {
      dispatch(showConversation({ ...conversation, title }));
      try {
        dispatch(
          showConversation(await update({ id: conversation.id, conversationChanges: { title } }).unwrap()),
        );
      } catch (error) {
        dispatch(showConversation(conversation));
        throw error;
      }
    },
    archive(conversation, archived) {
      setArchived(conversation, archived)
        .then(() =>
          offerUndo({
            place: 'toast',
            text: t(archived ? 'sidebar.archivedNow' : 'sidebar.unarchivedNow', {
              title: conversation.title,
            }),
            run: () => setArchived(conversation, !archived).catch(failed(conversation)),
          }),
        )
        .catch(failed(conversation));
    },
    remove(conversation) {
      dispatch(hideConversation(conversation.id));
      leave(conversation);
      remove({ id: conversation.id })
        .unwrap()
        .then(() =>
          offerUndo({
            place: 'toast',
            text: t('sidebar.deletedNow', { title: conversation.title }),
            run: () =>
              restore({ id: conversation.id })
                .unwrap()
                .then((back) => {
                  dispatch(showConversation(back));
                })
                .catch((error: unknown) => toast.error(problemText(error))),
          }),
        )
        .catch(failed(conversation));
    },
  };
}
