import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '@/app/api';
import { type AppStore, createStore } from '@/app/store';
import { FakeSocket } from '@/test/fake-socket';
import { server, world } from '@/test/server';
import { aConversation, aMessage, aResponse } from '@/test/turn-fixtures';
import { ConversationSession } from './conversation-session';
import type { StoredEvent } from './frames';
import { threadMessages, threadSeq } from './thread-cache';

const id = 'conversation-1';
const head = { conversation_id: id, at: '2026-11-21T09:00:00Z' };

function updated(seq: number, patch: Parameters<typeof aResponse>[0] = {}): StoredEvent {
  return { ...head, seq, type: 'response_update', response: aResponse({ service_name: 'Bolt', ...patch }) };
}

describe('a live conversation', () => {
  let store: AppStore;
  let session: ConversationSession;
  const thread = () => api.endpoints.thread.select(id)(store.getState()).data;
  const bolt = () =>
    threadMessages(thread())
      .flatMap((message) => message.batch?.responses ?? [])
      .find((response) => response.service_name === 'Bolt');

  beforeEach(async () => {
    store = createStore();
    await store.dispatch(api.endpoints.thread.initiate(id));
    session = new ConversationSession(store, id);
    session.start();
    FakeSocket.latest().opens();
  });
  afterEach(() => session.stop());

  it('joins after the sequence of the snapshot', () => {
    expect(FakeSocket.latest().url).toMatch(/\/ws\/conversation\/conversation-1\?after=10$/);
  });

  it('applies events in order, once, and resumes after the last', () => {
    FakeSocket.latest().says(
      updated(11, { progress: 30 }),
      updated(12, { progress: 60 }),
      updated(11, { progress: 30 }),
    );
    expect(bolt()?.progress).toBe(60);
    expect(threadSeq(thread())).toBe(12);
    FakeSocket.latest().drops();
    session.retryNow();
    expect(FakeSocket.latest().url).toContain('after=12');
  });

  it('puts text together from deltas', async () => {
    FakeSocket.latest().says(
      { type: 'response_delta', response_id: 'response-Bolt', attempt: 1, offset: 0, text: 'Hel' },
      { type: 'response_delta', response_id: 'response-Bolt', attempt: 1, offset: 3, text: 'lo' },
    );
    await vi.waitFor(() =>
      expect(store.getState().texts['response-Bolt']).toEqual({ attempt: 1, text: 'Hello' }),
    );
  });

  it('fetches the answer when a piece is missing', async () => {
    world.answers['response-Bolt'] = 'Hello wor';
    FakeSocket.latest().says({
      type: 'response_delta',
      response_id: 'response-Bolt',
      attempt: 1,
      offset: 9,
      text: 'ld',
    });
    await vi.waitFor(() => expect(store.getState().texts['response-Bolt']?.text).toBe('Hello world'));
  });

  it('keeps what is thought apart from the text, and fetches what is missing of it', async () => {
    const piece = { response_id: 'response-Bolt', attempt: 1 };
    FakeSocket.latest().says(
      { type: 'thoughts_delta', ...piece, offset: 0, text: 'Let me' },
      { type: 'thoughts_delta', ...piece, offset: 6, text: ' see.' },
      { type: 'response_delta', ...piece, offset: 0, text: 'So' },
    );
    await vi.waitFor(() => {
      expect(store.getState().thoughts['response-Bolt']?.text).toBe('Let me see.');
      expect(store.getState().texts['response-Bolt']?.text).toBe('So');
    });
    world.beside['response-Bolt'] = { thoughts: 'Let me see. Then' };
    FakeSocket.latest().says({ type: 'thoughts_delta', ...piece, offset: 16, text: ' this.' });
    await vi.waitFor(() =>
      expect(store.getState().thoughts['response-Bolt']?.text).toBe('Let me see. Then this.'),
    );
  });

  it('reads the thread anew after a gap and applies what came meanwhile', async () => {
    world.messages.push(aMessage({ id: 'message-2', content: 'Missed', batch: null }));
    world.lastSeq = 20;
    FakeSocket.latest().says(updated(15, { progress: 5 }), updated(21, { progress: 77 }));
    await vi.waitFor(() => expect(threadSeq(thread())).toBe(21));
    expect(threadMessages(thread()).map((message) => message.content)).toContain('Missed');
    expect(bolt()?.progress).toBe(77);
  });

  it('reads the thread anew when the server can no longer replay', async () => {
    world.lastSeq = 900;
    FakeSocket.latest().says({ type: 'resync', last_seq: 900 });
    await vi.waitFor(() => expect(threadSeq(thread())).toBe(900));
  });

  it('takes over a new title', async () => {
    await store.dispatch(api.endpoints.getConversation.initiate({ id }));
    FakeSocket.latest().says({
      ...head,
      seq: 11,
      type: 'conversation_updated',
      conversation: aConversation({ title: 'BRIN or B-tree' }),
    });
    const known = api.endpoints.getConversation.select({ id })(store.getState()).data;
    expect(known?.title).toBe('BRIN or B-tree');
  });

  it('takes a deleted conversation off the list', async () => {
    await store.dispatch(api.endpoints.conversationList.initiate({ archived: false }));
    FakeSocket.latest().says({ ...head, seq: 11, type: 'conversation_deleted' });
    const list = api.endpoints.conversationList.select({ archived: false })(store.getState()).data;
    expect(list?.pages[0]?.items).toEqual([]);
  });

  it('goes on when a deletion that is replayed has been taken back', async () => {
    await store.dispatch(api.endpoints.conversationList.initiate({ archived: false }));
    const before = FakeSocket.latest();
    before.says({ ...head, seq: 11, type: 'conversation_deleted' });
    before.drops(4404);
    await vi.waitFor(() => expect(FakeSocket.latest()).not.toBe(before));
    expect(store.getState().connection.reason).toBeNull();
    const list = api.endpoints.conversationList.select({ archived: false })(store.getState()).data;
    expect(list?.pages[0]?.items).toHaveLength(1);
  });

  it('says so when the conversation is really gone', async () => {
    server.use(http.get('*/api/v1/conversations/:id', () => HttpResponse.json({}, { status: 404 })));
    FakeSocket.latest().drops(4404);
    await vi.waitFor(() => expect(store.getState().connection.reason).toBe('gone'));
  });

  it('notices that the session has ended, told or refused', async () => {
    FakeSocket.latest().drops(4401);
    expect(store.getState().session.lost).toBe(true);
  });

  it('asks about the session when the socket is refused', async () => {
    server.use(http.get('*/api/v1/auth/me', () => HttpResponse.json({}, { status: 401 })));
    FakeSocket.latest().drops();
    session.retryNow();
    FakeSocket.latest().drops();
    await vi.waitFor(() => expect(store.getState().session.lost).toBe(true));
  });

  it('ignores frames it cannot read', () => {
    FakeSocket.latest().onmessage?.({ data: 'no json' });
    FakeSocket.latest().says({ type: 'from_the_future' }, { neither: true });
    expect(threadSeq(thread())).toBe(10);
  });

  it('forgets texts and connection when it is left', async () => {
    session.stop();
    expect(store.getState().texts).toEqual({});
    expect(store.getState().thoughts).toEqual({});
    expect(store.getState().connection.state).toBe('idle');
  });
});
