import type { InfiniteData } from '@reduxjs/toolkit/query/react';
import type { Conversation } from '@/generated/api';
import { api, type ConversationPage } from './api';
import type { AppDispatch } from './store';

type ConversationPages = InfiniteData<ConversationPage, string | null>;

/** Newest activity first, the order of the server. */
function activity(conversation: Conversation): string {
  return conversation.last_message_at ?? conversation.created_at;
}

export function removeFromPages(pages: ConversationPages, id: string): void {
  for (const page of pages.pages) page.items = page.items.filter((item) => item.id !== id);
}

/** Puts a conversation where its activity belongs; beyond the loaded pages it is left out. */
export function placeInPages(pages: ConversationPages, conversation: Conversation): void {
  removeFromPages(pages, conversation.id);
  const at = activity(conversation);
  for (const page of pages.pages) {
    const index = page.items.findIndex((item) => activity(item) < at);
    if (index >= 0) {
      page.items.splice(index, 0, conversation);
      return;
    }
  }
  const last = pages.pages.at(-1);
  if (last && !last.next_cursor) last.items.push(conversation);
}

/** Brings a conversation up to date in both lists and in its own entry. */
export function showConversation(conversation: Conversation) {
  return (dispatch: AppDispatch) => {
    for (const archived of [false, true]) {
      dispatch(
        api.util.updateQueryData('conversationList', { archived }, (pages) => {
          if (conversation.archived === archived && !conversation.deleted) placeInPages(pages, conversation);
          else removeFromPages(pages, conversation.id);
        }),
      );
    }
    dispatch(
      api.util.updateQueryData('getConversation', { id: conversation.id }, (known) =>
        Object.assign(known, conversation),
      ),
    );
  };
}

/** Takes a conversation out of both lists. */
export function hideConversation(id: string) {
  return (dispatch: AppDispatch) => {
    for (const archived of [false, true]) {
      dispatch(
        api.util.updateQueryData('conversationList', { archived }, (pages) => removeFromPages(pages, id)),
      );
    }
  };
}
