import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { anEstimate, aService } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';
import { aMessage } from '@/test/turn-fixtures';

async function opened(address = '/c/conversation-1') {
  const app = renderApp(address);
  const composer = await screen.findByRole('textbox', { name: 'Message' });
  await waitFor(() => expect(screen.getByTestId('services-chip')).toHaveTextContent('3 services'));
  return { ...app, composer };
}
const posts = () => world.sent.filter((request) => request.path.endsWith('/messages'));

describe('the composer', () => {
  it('sends with Enter and is empty when the server has taken the message', async () => {
    const { user, composer } = await opened();
    await user.type(composer, 'And if rows come late?{Enter}');
    await waitFor(() => expect(composer).toHaveValue(''));
    expect(posts()[0]?.body).toEqual({ content: 'And if rows come late?', trigger_ai_responses: true });
    expect(posts()[0]?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await screen.findByText('And if rows come late?')).toBeInTheDocument();
  });

  it('says what sending will cost, judges included, before it is sent', async () => {
    world.estimate = anEstimate();
    const { user, composer } = await opened();
    await user.type(composer, 'What will this cost?');
    const line = await screen.findByTestId('estimate', undefined, { timeout: 5000 });
    expect(line).toHaveTextContent('This message: about $0.013, at most $0.069');
    expect(line).toHaveTextContent('judging about $0.005 in 2.3 calls');
    expect(line).toHaveTextContent('~40 in, ~500 out, ~$0.008');
    expect(line).toHaveTextContent('Judge, as judge1.25 ballots, ~$0.003');
  });

  it('lets the user name who judges, by keyboard, and keeps one named', async () => {
    world.services.push(
      aService({ id: 'service-J1', name: 'Jay', judge: true, contestant: false }),
      aService({ id: 'service-J2', name: 'Kay', judge: true, contestant: false }),
      aService({ id: 'service-J3', name: 'Keyless', judge: true, contestant: false, key: 'missing' }),
    );
    const { user } = await opened();
    screen.getByTestId('judging-chip').focus();
    await user.keyboard('{Enter}');
    const menu = within(await screen.findByRole('menu'));
    expect(menu.getByText(/Nobody is ticked/)).toBeInTheDocument();
    expect(menu.queryByRole('menuitemcheckbox', { name: /Keyless/ })).toBeNull();
    menu.getByRole('menuitemcheckbox', { name: /Jay/ }).focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(menu.getByRole('menuitemcheckbox', { name: /Jay/ })).toBeChecked());
    expect(menu.getByRole('menuitemcheckbox', { name: /Jay/ })).toHaveAttribute('aria-disabled', 'true');
    await user.click(menu.getByRole('menuitemcheckbox', { name: /Kay/ }));
    const changes = () => world.sent.filter((request) => request.method === 'patch').map((r) => r.body);
    await waitFor(() =>
      expect(changes()).toEqual([{ judge_ids: ['service-J1'] }, { judge_ids: ['service-J1', 'service-J2'] }]),
    );
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByTestId('judging-chip')).toHaveTextContent('2 judges of mine'));
  });

  it('sends one message however often it is pressed', async () => {
    const { user, composer } = await opened();
    await user.type(composer, 'Once');
    fireEvent.keyDown(composer, { key: 'Enter' });
    fireEvent.keyDown(composer, { key: 'Enter' });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(composer).toHaveValue(''));
    expect(posts()).toHaveLength(1);
  });

  it('breaks the line with Shift, and leaves Enter to a word being composed', async () => {
    const { user, composer } = await opened();
    await user.type(composer, 'one{Shift>}{Enter}{/Shift}two');
    expect(composer).toHaveValue('one\ntwo');
    fireEvent.keyDown(composer, { key: 'Enter', isComposing: true });
    fireEvent.keyDown(composer, { key: 'Enter', keyCode: 229 });
    expect(posts()).toHaveLength(0);
    fireEvent.keyDown(composer, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(posts()).toHaveLength(1));
  });

  it('sends nothing that is only blanks', async () => {
    const { user, composer } = await opened();
    await user.type(composer, '   {Enter}');
    expect(posts()).toHaveLength(0);
  });

  it('repeats an unanswered attempt under the same key, and a refused one under another', async () => {
    let reply = 0;
    server.use(
      change('post', '/conversations/:id/messages', () => {
        reply += 1;
        if (reply === 1) return HttpResponse.error();
        if (reply === 2)
          return problem(422, 'validation', 'Not valid.', [{ field: 'content', message: 'No thanks.' }]);
        return HttpResponse.json(
          { message: aMessage({ id: 'm', batch: null }), ai_request_batch: {} },
          { status: 202 },
        );
      }),
    );
    const { user, composer } = await opened();
    await user.type(composer, 'Again{Enter}');
    expect(await screen.findByText(/could not be reached/)).toBeInTheDocument();
    expect(composer).toHaveValue('Again');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByText('No thanks.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(composer).toHaveValue(''));
    const keys = posts().map((request) => request.headers.get('idempotency-key'));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('counts from three quarters of the limit on and refuses what is over it', async () => {
    world.instance = { ...world.instance, limits: { ...world.instance.limits, message_chars: 20 } };
    const { user, composer } = await opened();
    await user.type(composer, 'x'.repeat(14));
    expect(screen.queryByTestId('counter')).toBeNull();
    await user.type(composer, 'xx');
    expect(screen.getByTestId('counter')).toHaveTextContent('16 of 20 characters');
    await user.type(composer, '👋'.repeat(6));
    expect(screen.getByTestId('counter')).toHaveTextContent('2 over the limit of 20 characters');
    await user.type(composer, '{Enter}');
    expect(screen.getByText(/at most 20 characters; this one has 2 too many/)).toBeInTheDocument();
    expect(posts()).toHaveLength(0);
  });

  it('shows the limit that the server names', async () => {
    server.use(
      change('post', '/conversations/:id/messages', () =>
        problem(422, 'validation', 'Not valid.', [
          { field: 'content', message: 'The message is too long.', limit: 8000 },
        ]),
      ),
    );
    const { user, composer } = await opened();
    await user.type(composer, 'Long{Enter}');
    expect(await screen.findByText('The message is too long. (limit 8,000)')).toBeInTheDocument();
    expect(screen.getByText('Your text is kept.')).toBeInTheDocument();
  });

  it('keeps the text and queues nothing while offline', async () => {
    const { user, composer } = await opened();
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
    act(() => void window.dispatchEvent(new Event('offline')));
    await user.type(composer, 'Later{Enter}');
    expect(screen.getByText(/You are offline. The text is kept here/)).toBeInTheDocument();
    expect(posts()).toHaveLength(0);
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: true });
    act(() => void window.dispatchEvent(new Event('online')));
    expect(posts()).toHaveLength(0);
    expect(composer).toHaveValue('Later');
  });

  it('keeps a draft per conversation', async () => {
    const first = await opened();
    await first.user.type(first.composer, 'Half a thought');
    first.unmount();
    const second = await opened();
    expect(second.composer).toHaveValue('Half a thought');
    second.unmount();
    const fresh = await opened('/');
    expect(fresh.composer).toHaveValue('');
  });

  it('makes a new conversation with the first question and opens it', async () => {
    const { user, router } = await opened('/');
    await user.click(screen.getAllByTestId('sample-question')[0] as HTMLElement);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe('/c/conversation-new'));
    expect(world.sent.map((request) => request.path)).toEqual([
      '/conversations',
      '/conversations/conversation-new/messages',
    ]);
  });

  it('does not make the conversation twice when only the message failed', async () => {
    let refuse = true;
    server.use(
      change('post', '/conversations/:id/messages', () => {
        if (!refuse) return HttpResponse.json({ message: aMessage(), ai_request_batch: {} }, { status: 202 });
        refuse = false;
        return problem(503, 'unavailable', 'The database is away.');
      }),
    );
    const { user, composer, router } = await opened('/');
    await user.type(composer, 'Hello{Enter}');
    expect(await screen.findByText('The database is away.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/c/conversation-new'));
    expect(world.sent.filter((request) => request.path === '/conversations')).toHaveLength(1);
  });
});

describe('the settings of a conversation', () => {
  it('choose services, context and judging, and are sent at once', async () => {
    const { user } = await opened();
    await user.click(screen.getByTestId('services-chip'));
    await user.click(await screen.findByRole('menuitemcheckbox', { name: /Cedar/ }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByTestId('services-chip')).toHaveTextContent('2 services'));
    await user.click(screen.getByRole('button', { name: /Context/ }));
    await user.click(await screen.findByRole('menuitemradio', { name: /Own thread/ }));
    await user.click(screen.getByRole('button', { name: /Judging/ }));
    await user.click(await screen.findByRole('menuitemradio', { name: /Not ranked/ }));
    await waitFor(() =>
      expect(world.sent.map((request) => request.body)).toEqual([
        { service_ids: ['service-Aria', 'service-Bolt'] },
        { context_mode: 'own_thread' },
        { judging_policy: 'off' },
      ]),
    );
  });

  it('of a new conversation go along when it is made', async () => {
    const { user, composer } = await opened('/');
    await user.click(screen.getByRole('button', { name: /Judging/ }));
    await user.click(await screen.findByRole('menuitemradio', { name: /By agreement/ }));
    await user.type(composer, 'Hello{Enter}');
    await waitFor(() => expect(world.sent[0]?.body).toEqual({ judging_policy: 'local' }));
  });

  it('hold instructions, with their limit', async () => {
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: /Instructions/ }));
    const field = await screen.findByLabelText('Instructions for this conversation');
    await user.type(field, 'Answer in verse.');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(world.sent[0]?.body).toEqual({ system_prompt: 'Answer in verse.' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are taken back when the server refuses them', async () => {
    server.use(
      change('patch', '/conversations/:id', () => problem(422, 'no_service', 'Choose at least one service.')),
    );
    const { user } = await opened();
    await user.click(screen.getByTestId('services-chip'));
    await user.click(await screen.findByRole('menuitemcheckbox', { name: /Bolt/ }));
    expect(await screen.findByText('Choose at least one service.')).toBeInTheDocument();
    await waitFor(() => expect(screen.getByTestId('services-chip')).toHaveTextContent('3 services'));
  });

  it('say so when there is nothing to ask', async () => {
    world.services = [];
    renderApp('/');
    expect(await screen.findByText(/There is no service to ask/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Set one up' })).toHaveAttribute('href', '/settings/services');
  });
});
