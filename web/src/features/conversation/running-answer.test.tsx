import { act, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSocket } from '@/test/fake-socket';
import { card, head, names, opened, turn } from '@/test/open-turn';
import { change, server, world } from '@/test/server';
import { aBatch, aMessage, aResponse, rankedResponses } from '@/test/turn-fixtures';

describe('an answer under way', () => {
  const running = (patch: Parameters<typeof aResponse>[0] = {}) =>
    aResponse({
      status: 'processing',
      stage: 'streaming',
      progress: 40,
      summary: null,
      usage: null,
      finished_at: null,
      finish_reason: null,
      content_length: 0,
      cost_micro_usd: 0,
      ...patch,
    });

  beforeEach(() => {
    world.messages = [
      aMessage({
        batch: aBatch({
          status: 'PROCESSING',
          answered_responses: 0,
          finished_responses: 0,
          judges_wanted: 0,
          judges_voted: 0,
          ranking_method: null,
          completed_at: null,
          responses: [
            running(),
            running({ service_name: 'Bolt', position: 1, stage: 'queued', status: 'pending', progress: 0 }),
          ],
          expected_responses: 2,
        }),
      }),
    ];
  });

  it('grows as text comes in', async () => {
    await opened();
    act(() => {
      FakeSocket.latest('/ws/conversation').opens().says(
        {
          type: 'response_delta',
          response_id: 'response-Aria',
          attempt: 1,
          offset: 0,
          text: 'First **words',
        },
        { type: 'ready', last_seq: 10 },
      );
    });
    await waitFor(() => expect(card('Aria').getByTestId('live-text')).toHaveTextContent('First words'));
    expect(card('Aria').getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40');
    expect(card('Bolt').getByTestId('stage')).toHaveTextContent('Waiting to start');
    expect(screen.getByTestId('batch-line')).toHaveTextContent('0 of 2 answered');
  });

  it('turns into its summary when the server says so', async () => {
    await opened();
    act(() => {
      FakeSocket.latest('/ws/conversation')
        .opens()
        .says(
          { type: 'ready', last_seq: 10 },
          { ...head, seq: 11, type: 'response_update', response: aResponse({ summary: 'Now it is here.' }) },
        );
    });
    expect(await card('Aria').findByTestId('summary')).toHaveTextContent('Now it is here.');
    await waitFor(() => expect(screen.getByText('Aria has answered')).toBeInTheDocument());
  });

  it('stops at once, one or all', async () => {
    server.use(
      change('post', '/responses/:id/cancel', () => new Promise(() => {})),
      change('post', '/batches/:id/cancel', () => new Promise(() => {})),
    );
    const { user } = await opened();
    await user.click(card('Aria').getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(card('Aria').getByTestId('stage')).toHaveTextContent('Stopped'));
    await user.click(screen.getByRole('button', { name: 'Stop all' }));
    await waitFor(() => expect(card('Bolt').getByTestId('stage')).toHaveTextContent('Stopped'));
  });

  it('counts down to the next try', async () => {
    const retry_at = new Date(Date.now() + 8_000).toISOString();
    world.messages = [aMessage({ batch: aBatch({ responses: [running({ stage: 'retrying', retry_at })] }) })];
    await opened();
    expect(screen.getByTestId('retry-countdown')).toHaveTextContent(/Trying again in [78] s \(try 2 of 3\)/);
  });

  it('keeps cards where they are while the reader is among them, and sorts when asked', async () => {
    world.messages = [
      aMessage({ batch: aBatch({ responses: rankedResponses().map((r) => ({ ...r, rank: null })) }) }),
    ];
    const { user } = await opened();
    expect(names()).toEqual(['Bolt', 'Aria', 'Cedar']);
    act(() => turn().querySelector<HTMLElement>('[data-card]')?.focus());
    const socket = FakeSocket.latest('/ws/conversation').opens();
    act(() => {
      rankedResponses().forEach((response, index) => {
        socket.says({ ...head, seq: 11 + index, type: 'response_update', response });
      });
    });
    const sort = await screen.findByRole('button', { name: 'Sort by rank' });
    expect(names()).toEqual(['Bolt', 'Aria', 'Cedar']);
    await user.click(sort);
    expect(names()).toEqual(['Aria', 'Bolt', 'Cedar']);
  });
});
