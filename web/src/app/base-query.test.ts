import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { change, problem, server, world } from '@/test/server';
import { api } from './api';
import { problemOf } from './problem';
import { createStore } from './store';

describe('talking to the API', () => {
  it('sends the token of the session with every change', async () => {
    const store = createStore();
    await store.dispatch(api.endpoints.getSession.initiate());
    await store.dispatch(api.endpoints.selectResponse.initiate({ id: 'response-Aria' }));
    expect(world.sent[0]?.headers.get('x-csrf-token')).toBe('token-1');
  });

  it('renews a token that another tab has replaced, and repeats the change once', async () => {
    const store = createStore();
    await store.dispatch(api.endpoints.getSession.initiate());
    world.session = world.session && { ...world.session, csrf_token: 'token-2' };
    server.use(
      change('post', '/responses/:id/select', ({ request }) =>
        request.headers.get('x-csrf-token') === 'token-2'
          ? HttpResponse.json({})
          : problem(403, 'csrf', 'The token is not valid.'),
      ),
    );
    const result = await store.dispatch(api.endpoints.selectResponse.initiate({ id: 'response-Aria' }));
    expect(result.error).toBeUndefined();
    expect(world.sent).toHaveLength(2);
  });

  it('notes a lost session', async () => {
    const store = createStore();
    server.use(http.get('*/api/v1/services', () => problem(401, 'unauthenticated', 'Sign in first.')));
    await store.dispatch(api.endpoints.listServices.initiate());
    expect(store.getState().session.lost).toBe(true);
  });

  it('explains a server that cannot be reached or talks nonsense', async () => {
    const store = createStore();
    server.use(http.get('*/api/v1/services', () => HttpResponse.error()));
    const unreachable = await store.dispatch(api.endpoints.listServices.initiate());
    expect(problemOf(unreachable.error)?.title).toBe('No connection');
    server.use(http.get('*/api/v1/services', () => new HttpResponse('<html>', { status: 502 })));
    const proxy = await store.dispatch(
      api.endpoints.listServices.initiate(undefined, { forceRefetch: true }),
    );
    expect(problemOf(proxy.error)?.detail).toContain('502');
  });

  it('leaves out a header that has no value', async () => {
    const store = createStore();
    await store.dispatch(api.endpoints.createConversation.initiate({ conversationDraft: {} }));
    expect(world.sent[0]?.headers.has('idempotency-key')).toBe(false);
  });
});
