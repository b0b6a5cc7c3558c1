import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { world } from '@/test/server';
import { aBatch, aMessage, aResponse } from '@/test/turn-fixtures';
import { placesOf, rangesOf } from '@/text/find-in';

const turn = (id: string, question: string, summary: string) =>
  aMessage({
    id,
    content: question,
    batch: aBatch({
      id: `batch-${id}`,
      message_id: id,
      responses: [aResponse({ id: `response-${id}`, batch_id: `batch-${id}`, summary })],
    }),
  });

beforeEach(() => {
  world.messages = [
    turn('one', 'Which index?', 'Take BRIN.'),
    turn('two', 'And for text?', 'Take a trigram index.'),
    turn('three', 'Thanks', 'Gladly.'),
  ];
});

async function finding(words: string) {
  const app = renderApp('/c/conversation-1');
  await app.user.click(await screen.findByRole('button', { name: 'Find in this conversation' }));
  const field = await screen.findByRole('searchbox', { name: 'Find in this conversation' });
  await waitFor(() => expect(field).toHaveFocus());
  await app.user.type(field, words);
  return { ...app, field };
}

describe('finding words in a conversation', () => {
  it('begins with the newest turn, goes round, and is closed by Escape', async () => {
    const { user, field } = await finding('INDEX');
    const place = () => screen.getByTestId('find').querySelector('[role="status"]');
    await waitFor(() => expect(place()).toHaveTextContent('Turn 2 of 2'));
    await user.keyboard('{Enter}');
    expect(place()).toHaveTextContent('Turn 1 of 2');
    await user.click(screen.getByRole('button', { name: 'Earlier turn' }));
    expect(place()).toHaveTextContent('Turn 2 of 2');
    await user.click(field);
    await user.keyboard('{Shift>}{Enter}{/Shift}');
    expect(place()).toHaveTextContent('Turn 1 of 2');
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('find')).toBeNull();
    expect(screen.getByRole('button', { name: 'Find in this conversation' })).toHaveFocus();
  });

  it('knows from the server what stands in whole answers, and says when there is nothing', async () => {
    world.hits = ['conversation-1', 'another'].map((conversation_id) => ({
      conversation_id,
      message_id: 'three',
      title: 'A title',
      snippet: 'heliotrope',
      highlights: [],
      at: '2026-11-21T09:00:00Z',
    }));
    const { user, field } = await finding('heliotrope');
    expect(await screen.findByText('Turn 1 of 1')).toBeInTheDocument();
    world.hits = [];
    await user.clear(field);
    await user.type(field, 'nowhere');
    expect(await screen.findByText('Not found')).toBeInTheDocument();
  });
});

describe('places of words', () => {
  it('are found whatever their case, and never overlap', () => {
    expect(placesOf('Index, index; INDEX', 'index ')).toEqual([0, 7, 14]);
    expect(placesOf('aaaa', 'aa')).toEqual([0, 2]);
    expect(placesOf('anything', '  ')).toEqual([]);
  });

  it('are ranges on screen, without what only screen readers get', () => {
    const place = document.createElement('p');
    place.innerHTML = 'An <b>index</b> <span class="sr-only">index</span> and an index';
    expect(rangesOf(place, 'INDEX').map(String)).toEqual(['index', 'index']);
  });
});
