import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { api, useThreadInfiniteQuery, useUpdateMessageMutation } from '@/app/api';
import { problemText } from '@/app/problem';
import { useAppDispatch } from '@/app/store';
import type { Message } from '@/generated/api';
import { announce } from '@/live/announcer';
import { findMessage, threadMessages } from '@/live/thread-cache';

export interface LeaveOut {
  /** The turns that stay behind, of those that have been loaded. */
  leftOut: Message[];
  setExcluded(messageId: string, excluded: boolean): Promise<void>;
}

/** Which turns go along is decided where one reads what goes along. */
export function useLeaveOut(conversationId: string): LeaveOut {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [update] = useUpdateMessageMutation();
  const { data } = useThreadInfiniteQuery(conversationId);
  const leftOut = useMemo(() => threadMessages(data).filter((message) => message.excluded), [data]);

  const setExcluded = async (id: string, excluded: boolean) => {
    const shown = dispatch(
      api.util.updateQueryData('thread', conversationId, (thread) => {
        const message = findMessage(thread, id);
        if (message) message.excluded = excluded;
      }),
    );
    try {
      await update({ id, messageChanges: { excluded } }).unwrap();
      dispatch(api.util.invalidateTags([{ type: 'Context', id: conversationId }]));
      announce(t(excluded ? 'turn.excluded' : 'preview.takenAlong'));
    } catch (error) {
      shown.undo();
      toast.error(problemText(error));
    }
  };
  return { leftOut, setExcluded };
}
