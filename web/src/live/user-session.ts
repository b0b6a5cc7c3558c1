import { api } from '@/app/api';
import { hideConversation, showConversation } from '@/app/conversation-cache';
import { sessionLost } from '@/app/session-slice';
import type { AppStore } from '@/app/store';
import { socketUrl } from './conversation-session';
import { type ConversationHint, readFrame } from './frames';
import { LiveSocket, type SocketLike } from './socket';

/** Notices on every screen that the session has ended, and keeps the sidebar in step: the server hints which conversation changed, the page reads it again. */
export function startUserSession(store: AppStore, open?: (url: string) => SocketLike): () => void {
  let wasConnected = false;
  const socket = new LiveSocket({
    url: () => socketUrl('/ws/user'),
    onText: (data) => {
      const hint = readFrame<ConversationHint>(data);
      if (hint?.type === 'conversation_changed') void followHint(store, hint);
    },
    onStatus: ({ state, reason }) => {
      if (reason === 'signed_out') store.dispatch(sessionLost());
      // Hints are not replayed, so the list is read again after a gap.
      if (state === 'ready' && wasConnected) void refreshLists(store);
      if (state === 'ready') wasConnected = true;
    },
    open,
  });
  socket.start();
  return () => socket.stop();
}

async function followHint(store: AppStore, hint: ConversationHint): Promise<void> {
  if (hint.change === 'deleted') {
    store.dispatch(hideConversation(hint.conversation_id));
    return;
  }
  // A reading that has begun before this hint may be too old.
  await store.dispatch(api.util.getRunningQueryThunk('getConversation', { id: hint.conversation_id }));
  const { data } = await store.dispatch(
    api.endpoints.getConversation.initiate(
      { id: hint.conversation_id },
      { forceRefetch: true, subscribe: false },
    ),
  );
  if (data) store.dispatch(showConversation(data));
}

async function refreshLists(store: AppStore): Promise<void> {
  for (const archived of [false, true]) {
    const known = api.endpoints.conversationList.select({ archived })(store.getState()).data;
    if (!known) continue;
    const reading = store.dispatch(
      api.endpoints.conversationList.initiate({ archived }, { forceRefetch: true }),
    );
    await reading;
    reading.unsubscribe();
  }
}
