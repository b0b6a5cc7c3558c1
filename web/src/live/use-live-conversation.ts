import { useEffect } from 'react';
import { useStore } from 'react-redux';
import type { AppStore } from '@/app/store';
import { ConversationSession } from './conversation-session';
import { startUserSession } from './user-session';

let current: ConversationSession | null = null;

/** Opens the socket of a conversation once its first page is in the cache. */
export function useLiveConversation(conversationId: string, loaded: boolean): void {
  const store = useStore() as AppStore;
  useEffect(() => {
    if (!loaded) return;
    const session = new ConversationSession(store, conversationId);
    current = session;
    session.start();
    return () => {
      if (current === session) current = null;
      session.stop();
    };
  }, [store, conversationId, loaded]);
}

/** Tries the open conversation's socket at once. */
export function reconnectNow(): void {
  current?.retryNow();
}

/** Keeps the sidebar's lists live while somebody is signed in. */
export function useLiveSidebar(userId: string | undefined): void {
  const store = useStore() as AppStore;
  useEffect(() => (userId ? startUserSession(store) : undefined), [store, userId]);
}
