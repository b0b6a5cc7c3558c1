import { describe, expect, it, vi } from 'vitest';
import { api } from '@/app/api';
import { createStore } from '@/app/store';
import { FakeSocket } from '@/test/fake-socket';
import { world } from '@/test/server';
import { aConversation } from '@/test/turn-fixtures';
import { startUserSession } from './user-session';

async function signedIn() {
  const store = createStore();
  await store.dispatch(api.endpoints.conversationList.initiate({ archived: false }));
  const stop = startUserSession(store);
  const titles = () =>
    api.endpoints.conversationList
      .select({ archived: false })(store.getState())
      .data?.pages.flatMap((page) => page.items.map((item) => item.title));
  return { store, stop, titles };
}

const hint = (conversation_id: string, change: string) => ({
  type: 'conversation_changed',
  conversation_id,
  change,
});

describe('the live sidebar', () => {
  it('puts a conversation made in another tab on top', async () => {
    const { stop, titles } = await signedIn();
    world.conversations.push(
      aConversation({ id: 'other', title: 'From another tab', last_message_at: '2026-11-21T10:00:00Z' }),
    );
    FakeSocket.latest('/ws/user').opens().says(hint('other', 'created'));
    await vi.waitFor(() => expect(titles()).toEqual(['From another tab', 'Append-only tables']));
    stop();
  });

  it('says when the session was ended elsewhere, whatever screen is open', async () => {
    const { store, stop } = await signedIn();
    FakeSocket.latest('/ws/user').opens().drops(4401);
    expect(store.getState().session.lost).toBe(true);
    stop();
  });

  it('takes a deleted one away', async () => {
    const { stop, titles } = await signedIn();
    FakeSocket.latest('/ws/user').opens().says(hint('conversation-1', 'deleted'));
    expect(titles()).toEqual([]);
    stop();
  });

  it('reads the list again after a lost connection, because hints are not repeated', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { stop, titles } = await signedIn();
    FakeSocket.latest('/ws/user').opens();
    world.conversations = [aConversation({ title: 'Changed meanwhile' })];
    FakeSocket.latest('/ws/user').drops();
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    FakeSocket.latest('/ws/user').opens();
    await vi.waitFor(() => expect(titles()).toEqual(['Changed meanwhile']));
    stop();
  });
});
