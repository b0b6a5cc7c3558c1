import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { aBallot } from '@/test/judge-fixtures';
import { card, opened, sentPaths } from '@/test/open-turn';
import { world } from '@/test/server';
import { aMessage } from '@/test/turn-fixtures';

describe('menus and drawers of a turn', () => {
  it('copies an answer as Markdown, asks again, and removes it', async () => {
    const { user } = await opened();
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    await user.click(card('Aria').getByRole('button', { name: 'Copy as Markdown' }));
    await waitFor(() => expect(write).toHaveBeenCalledWith('The **whole** answer of Aria.'));
    await user.click(card('Aria').getByRole('button', { name: 'More for Aria' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Ask again' }));
    expect(sentPaths()).toContain('post /responses/response-Aria/retry');
    await user.click(card('Bolt').getByRole('button', { name: 'More for Bolt' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove this answer' }));
    await waitFor(() => expect(sentPaths()).toContain('post /responses/response-Bolt/delete'));
  });

  it('brings a question back into the composer, to be changed and asked again', async () => {
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Turn menu' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit and ask again' }));
    const composer = screen.getByRole('textbox', { name: 'Message' });
    expect(composer).toHaveValue(world.messages[0]?.content);
    await waitFor(() => expect(composer).toHaveFocus());
    expect(sentPaths().filter((path) => path.startsWith('POST'))).toEqual([]);
  });

  it('leaves a turn out of the context, judges again, and asks one more service', async () => {
    world.services.push({
      ...(world.services[0] as (typeof world.services)[0]),
      id: 'service-Dune',
      name: 'Dune',
    });
    const { user } = await opened();
    const choose = async (name: string) => {
      await user.click(screen.getByRole('button', { name: 'Turn menu' }));
      await user.click(await screen.findByRole('menuitem', { name }));
    };
    await choose('Leave out of the context');
    expect(await screen.findByText('Left out of the context')).toBeInTheDocument();
    await choose('Judge again');
    await choose('Ask Dune too');
    await choose('Copy the question');
    await waitFor(() =>
      expect(sentPaths()).toEqual([
        'patch /messages/message-1',
        'post /batches/batch-1/rank',
        'post /messages/message-1/responses',
      ]),
    );
  });

  it('shows who voted what', async () => {
    world.ballots = [
      aBallot(),
      aBallot({
        id: 'ballot-2',
        judge_name: 'Second judge',
        status: 'void',
        tiers: [],
        void_reason: 'No JSON.',
        weight: 0.5,
      }),
      aBallot({
        id: 'old',
        ranking_id: 'ranking-0',
        judge_name: 'Former judge',
        created_at: '2026-11-20T09:00:00Z',
      }),
    ];
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Who voted what' }));
    const drawer = within(await screen.findByTestId('ballots'));
    const judge = within(await drawer.findByRole('article', { name: 'Judge' }));
    expect(judge.getAllByRole('listitem')[0]).toHaveTextContent('Aria');
    expect(judge.getByText('level')).toBeInTheDocument();
    expect(judge.getByText('Right and short.')).toBeInTheDocument();
    expect(judge.getByText(/No example\./)).toBeInTheDocument();
    expect(
      judge.getByText('Counts as one whole ballot. Expected to be right in 65% of pairs.'),
    ).toBeInTheDocument();
    const how = within(drawer.getByTestId('how-it-came'));
    expect(how.getByText('The ballots agree in part (by 70%).')).toBeInTheDocument();
    expect(
      how.getByText('An answer tried to influence the judges. Those words were withheld from them.'),
    ).toBeInTheDocument();
    await user.click(how.getByText('Every two answers side by side'));
    expect(how.getByText('Aria before Bolt')).toBeInTheDocument();
    expect(drawer.getByText(/No JSON\./)).toBeInTheDocument();
    expect(drawer.queryByText('Former judge')).toBeNull();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('ballots')).toBeNull());
  });

  it('shows the exact next prompt, and says what was dropped', async () => {
    const { user } = await opened();
    expect(await screen.findByTestId('context-line')).toHaveTextContent(
      'Goes along: 1 turn, 1 answer, 1,204 tokens to each service · about $0.0036 · 1 earliest turn left out',
    );
    await user.click(screen.getByTestId('open-preview'));
    const drawer = within(await screen.findByTestId('preview'));
    expect(await drawer.findByText('Take BRIN.')).toBeInTheDocument();
    expect(drawer.getByText('Selected')).toBeInTheDocument();
    expect(drawer.getByText('1 earliest turn does not fit and is left out.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByTestId('preview')).toBeNull());
  });

  it('folds a long question', async () => {
    world.messages = [aMessage({ content: 'word '.repeat(400) })];
    const { user } = await opened();
    const more = screen.getByRole('button', { name: 'Show all of it' });
    await user.click(more);
    expect(screen.getByRole('button', { name: 'Show less' })).toHaveAttribute('aria-expanded', 'true');
  });
});
