import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { card, names, opened, sentPaths, turn } from '@/test/open-turn';
import { change, problem, server, world } from '@/test/server';
import { aBatch, aMessage, rankedResponses } from '@/test/turn-fixtures';

describe('the four clicks', () => {
  it('expand, select, delete the others, and undo', async () => {
    const { user } = await opened();

    await user.click(card('Aria').getByRole('button', { name: 'Expand' }));
    const text = await card('Aria').findByTestId('expanded-answer');
    await waitFor(() => expect(text).toHaveTextContent('The whole answer of Aria.'));
    expect(text).toHaveFocus();
    expect(card('Bolt').getByTestId('summary')).toBeInTheDocument();

    await user.click(card('Aria').getByRole('button', { name: 'Select' }));
    expect(card('Aria').getByText('Kept')).toBeInTheDocument();
    for (const name of ['Bolt', 'Cedar']) expect(card(name).queryByTestId('summary')).toBeNull();

    await user.click(screen.getByRole('button', { name: 'Delete 2 others' }));
    await waitFor(() => expect(names()).toEqual(['Aria']));
    expect(screen.getByRole('textbox', { name: 'Message' })).toHaveFocus();
    expect(await screen.findByTestId('undo-bar')).toHaveTextContent(
      '2 answers removed · next turn 8,412 tokens lighter (-$0.042)',
    );

    await user.click(within(screen.getByTestId('undo-bar')).getByRole('button', { name: /Undo/ }));
    await waitFor(() => expect(names()).toHaveLength(3));
    expect(screen.queryByTestId('undo-bar')).toBeNull();
    expect(sentPaths()).toEqual([
      'post /responses/response-Aria/select',
      'post /messages/message-1/prune',
      'post /messages/message-1/restore',
    ]);
  });

  it('works by keys, and never while typing', async () => {
    const { user } = await opened();
    const composer = screen.getByRole('textbox', { name: 'Message' });
    await user.type(composer, 'es1d');
    expect(composer).toHaveValue('es1d');
    expect(world.sent).toEqual([]);
    act(() => composer.blur());

    await user.keyboard('2');
    expect(document.activeElement).toHaveAttribute('data-response', 'response-Bolt');
    await user.keyboard('e');
    expect(await card('Bolt').findByTestId('expanded-answer')).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(card('Bolt').queryByTestId('expanded-answer')).toBeNull();
    expect(document.activeElement).toHaveAttribute('data-response', 'response-Bolt');
    await user.keyboard('s');
    expect(card('Bolt').getByText('Kept')).toBeInTheDocument();
    await user.keyboard('d');
    await waitFor(() => expect(names()).toEqual(['Bolt']));
    expect(composer).toHaveFocus();
    act(() => composer.blur());
    await screen.findByTestId('undo-bar');
    await user.keyboard('u');
    await waitFor(() => expect(names()).toHaveLength(3));
  });

  it('moves the mark, and takes it away', async () => {
    const { user } = await opened();
    await user.click(card('Aria').getByRole('button', { name: 'Select' }));
    await user.click(card('Cedar').getByRole('button', { name: 'Select' }));
    expect(card('Cedar').getByText('Kept')).toBeInTheDocument();
    await user.click(card('Cedar').getByRole('button', { name: 'Selected' }));
    expect(turn().querySelector('[data-collapsed]')).toBeNull();
  });

  it('takes a change back when the server refuses it, and says why', async () => {
    server.use(
      change('post', '/responses/:id/select', () =>
        problem(409, 'conflict', 'This answer is being retried.'),
      ),
    );
    const { user } = await opened();
    await user.click(card('Aria').getByRole('button', { name: 'Select' }));
    expect(await screen.findByText('This answer is being retried.')).toBeInTheDocument();
    expect(card('Aria').queryByText('Kept')).toBeNull();
  });

  it('brings removed answers back from the menu of the turn, also later', async () => {
    const responses = rankedResponses().map((r) => ({
      ...r,
      deleted: r.service_name !== 'Aria',
      selected: r.service_name === 'Aria',
    }));
    world.messages = [
      aMessage({ batch: aBatch({ responses, selected_response_id: 'response-Aria', pruned: true }) }),
    ];
    const { user } = await opened();
    expect(names()).toEqual(['Aria']);
    await user.click(screen.getByRole('button', { name: 'Turn menu' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Bring back 2 removed answers' }));
    await waitFor(() => expect(names()).toHaveLength(3));
  });
});
