import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';
import { aConversation } from '@/test/turn-fixtures';
import { groupByDay } from './conversation-list';
import { cutAtHighlights } from './search-results';

const sidebar = () => within(screen.getByRole('navigation', { name: 'Conversations' }));

async function opened(address = '/') {
  const app = renderApp(address);
  await screen.findByRole('link', { name: 'Append-only tables' });
  return app;
}
async function choose(user: Awaited<ReturnType<typeof opened>>['user'], name: string) {
  await user.click(sidebar().getByRole('button', { name: 'Menu of “Append-only tables”' }));
  await user.click(await screen.findByRole('menuitem', { name }));
}

describe('the sidebar', () => {
  it('renames in place', async () => {
    const { user } = await opened();
    await choose(user, 'Rename');
    const field = screen.getByRole('textbox', { name: 'Title' });
    await user.clear(field);
    await user.type(field, 'Indexes{Enter}');
    expect(await screen.findByRole('link', { name: 'Indexes' })).toBeInTheDocument();
    expect(world.sent[0]?.body).toEqual({ title: 'Indexes' });
  });

  it('leaves a title alone with Escape, and shows why it was refused beside it', async () => {
    server.use(
      change('patch', '/conversations/:id', () =>
        problem(422, 'validation', 'Not valid.', [{ field: 'title', message: 'This title is taken.' }]),
      ),
    );
    const { user } = await opened();
    await choose(user, 'Rename');
    await user.type(screen.getByRole('textbox', { name: 'Title' }), ' and more{Enter}');
    expect(await screen.findByText('This title is taken.')).toBeInTheDocument();
    await user.type(screen.getByRole('textbox', { name: 'Title' }), '{Escape}');
    expect(screen.getByRole('link', { name: 'Append-only tables' })).toBeInTheDocument();
  });

  it('refuses a title over the limit before it is sent', async () => {
    const { user } = await opened();
    await choose(user, 'Rename');
    const field = screen.getByRole('textbox', { name: 'Title' });
    await user.clear(field);
    await user.click(field);
    await user.paste('x'.repeat(201));
    await user.keyboard('{Enter}');
    expect(screen.getByText('At most 200 characters.')).toBeInTheDocument();
    expect(world.sent).toEqual([]);
  });

  it('archives, shows the archive, and undoes it', async () => {
    const { user } = await opened();
    await choose(user, 'Archive');
    await waitFor(() => expect(sidebar().queryByRole('link', { name: 'Append-only tables' })).toBeNull());
    await user.click(sidebar().getByRole('button', { name: 'Show the archive' }));
    expect(await sidebar().findByRole('link', { name: 'Append-only tables' })).toBeInTheDocument();
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() =>
      expect(world.sent.map((request) => request.body)).toEqual([{ archived: true }, { archived: false }]),
    );
    await user.click(sidebar().getByRole('button', { name: 'Leave the archive' }));
    expect(await sidebar().findByRole('link', { name: 'Append-only tables' })).toBeInTheDocument();
  });

  it('deletes with undo, and leaves the deleted conversation', async () => {
    const { user, router } = await opened('/c/conversation-1');
    await choose(user, 'Delete');
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
    expect(await screen.findByText('“Append-only tables” was deleted')).toBeInTheDocument();
    await user.keyboard('{Escape}');
    // The menu hands the focus back a moment after it closed; until then a key may go to nowhere.
    await waitFor(async () => {
      (document.activeElement as HTMLElement | null)?.blur();
      await user.keyboard('u');
      expect(sidebar().getByRole('link', { name: 'Append-only tables' })).toBeInTheDocument();
    });
  });

  it('puts a conversation back when deleting it failed', async () => {
    server.use(
      change('delete', '/conversations/:id', () => problem(503, 'unavailable', 'The database is away.')),
    );
    const { user } = await opened();
    await choose(user, 'Delete');
    expect(await screen.findByText('The database is away.')).toBeInTheDocument();
    expect(await sidebar().findByRole('link', { name: 'Append-only tables' })).toBeInTheDocument();
  });

  it('finds words and marks them', async () => {
    world.hits = [
      {
        conversation_id: 'conversation-1',
        title: 'Append-only tables',
        message_id: 'm',
        response_id: 'response-Aria',
        snippet: 'a BRIN index',
        highlights: [[2, 6]],
        at: '2026-11-21T09:00:00Z',
      },
    ];
    const { user } = await opened();
    await user.type(sidebar().getByRole('searchbox'), 'brin');
    const hit = await screen.findByTestId('search-hit');
    expect(within(hit).getByText('BRIN').tagName).toBe('MARK');
    expect(within(hit).getByRole('link')).toHaveAttribute(
      'href',
      '/c/conversation-1?find=brin&open=response-Aria',
    );
    expect(screen.getByText('1 result')).toBeInTheDocument();
    await user.click(sidebar().getByRole('button', { name: 'Clear the search' }));
    expect(screen.queryByTestId('search-hit')).toBeNull();
  });

  it('says so when there is nothing yet', async () => {
    world.conversations = [];
    const { user } = renderApp('/');
    expect(await screen.findByText('Your conversations will be listed here.')).toBeInTheDocument();
    await user.click(sidebar().getByRole('button', { name: 'Show the archive' }));
    expect(await screen.findByText('Nothing is archived.')).toBeInTheDocument();
  });

  it('goes to the neighbours and to a new conversation by keys', async () => {
    world.conversations.push(
      aConversation({ id: 'conversation-2', title: 'Older', last_message_at: '2026-11-20T09:00:00Z' }),
    );
    const { user, router } = await opened('/c/conversation-1');
    await screen.findByTestId('question');
    (document.activeElement as HTMLElement | null)?.blur();
    await user.keyboard(']');
    await waitFor(() => expect(router.state.location.pathname).toBe('/c/conversation-2'));
    await screen.findByTestId('question');
    (document.activeElement as HTMLElement | null)?.blur();
    await user.keyboard('[[');
    await waitFor(() => expect(router.state.location.pathname).toBe('/c/conversation-1'));
    await user.keyboard('{Control>}{Shift>}o{/Shift}{/Control}');
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  });

  it('shows the keys with ? and everything with Ctrl+K', async () => {
    const { user, router } = await opened();
    (document.activeElement as HTMLElement | null)?.blur();
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Keyboard' })).toHaveTextContent('Delete the others');
    await user.keyboard('{Escape}');
    await user.keyboard('{Control>}k{/Control}');
    const palette = await screen.findByRole('dialog', { name: 'Go to or do' });
    await user.type(within(palette).getByRole('combobox'), 'Provider keys{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe('/settings/keys'));
  });
});

describe('grouping by day', () => {
  it('keeps the order and names the days', () => {
    const now = new Date(2026, 10, 21, 12);
    const at = (day: number) =>
      aConversation({ id: `c${day}`, last_message_at: new Date(2026, 10, day, 9).toISOString() });
    const days = groupByDay([at(21), at(20), at(20), at(3)], now);
    expect(days.map((day) => [day.label, day.items.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 2],
      ['November 3', 1],
    ]);
  });
});

describe('highlights', () => {
  it('are cut out, also when they overlap or lie outside', () => {
    expect(
      cutAtHighlights('abcdef', [
        [1, 3],
        [2, 4],
        [9, 12],
      ]),
    ).toEqual([
      { text: 'a', marked: false },
      { text: 'bc', marked: true },
      { text: 'd', marked: true },
      { text: 'ef', marked: false },
    ]);
    expect(cutAtHighlights('abc', [])).toEqual([{ text: 'abc', marked: false }]);
  });
});
