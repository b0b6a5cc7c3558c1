import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { card, names, opened, sentPaths } from '@/test/open-turn';
import { change, problem, server, world } from '@/test/server';
import { aBatch, aMessage, aResponse } from '@/test/turn-fixtures';

describe('an answer that did not come', () => {
  const failed = (kind: 'overloaded' | 'key_missing', message: string) =>
    aResponse({
      status: 'failed',
      stage: 'failed',
      summary: null,
      content_length: 0,
      finish_reason: null,
      usage: null,
      error: { kind, message, action: 'Wait a minute, then retry.', retryable: true },
    });

  it('says why, what to do, and retries', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          responses: [failed('overloaded', 'The service is overloaded.')],
          answered_responses: 0,
        }),
      }),
    ];
    const { user } = await opened();
    expect(card('Aria').getByTestId('failure-message')).toHaveTextContent('The service is overloaded.');
    expect(card('Aria').getByText('Wait a little, then retry.')).toBeInTheDocument();
    await user.click(card('Aria').getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(card('Aria').getByTestId('stage')).toHaveTextContent('Waiting to start'));
    expect(sentPaths()).toContain('post /responses/response-Aria/retry');
  });

  it('names a time only where a call has taken some', async () => {
    const at = '2026-11-21T09:00:00.000Z';
    const times = { started_at: at, cost_micro_usd: 0 };
    const keyless = {
      ...failed('key_missing', 'No key.'),
      ...times,
      finished_at: '2026-11-21T09:00:00.090Z',
    };
    const tried = {
      ...failed('overloaded', 'Overloaded.'),
      ...times,
      id: 'response-Bolt',
      service_name: 'Bolt',
    };
    const refusedAtOnce = {
      ...tried,
      id: 'response-Cedar',
      service_name: 'Cedar',
      finished_at: '2026-11-21T09:00:00.020Z',
    };
    world.messages = [
      aMessage({ batch: aBatch({ responses: [keyless, tried, refusedAtOnce], answered_responses: 0 }) }),
    ];
    await opened();
    expect(card('Aria').getByTestId('figures')).not.toHaveTextContent(' s');
    expect(card('Bolt').getByTestId('figures')).toHaveTextContent('2.0 s');
    expect(card('Cedar').getByTestId('figures')).not.toHaveTextContent(' s');
  });

  it('takes a missing key in place, shows what is wrong with it, then retries', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({ responses: [failed('key_missing', 'No key is stored.')], answered_responses: 0 }),
      }),
    ];
    let tries = 0;
    server.use(
      change('post', '/api-keys', () => {
        tries += 1;
        return tries === 1
          ? problem(422, 'validation', 'Check the form.', [{ field: 'key', message: 'This is no key.' }])
          : Response.json({}, { status: 201 });
      }),
    );
    const { user } = await opened();
    await user.click(card('Aria').getByRole('button', { name: 'Add key' }));
    await user.click(await card('Aria').findByRole('button', { name: 'Save and retry' }));
    expect(await card('Aria').findByText('Enter the key.')).toBeInTheDocument();
    const field = card('Aria').getByLabelText('Key for Aria');
    expect(field).toHaveAttribute('type', 'password');
    await user.type(field, 'sk-nonsense');
    await user.click(card('Aria').getByRole('button', { name: 'Save and retry' }));
    expect(await card('Aria').findByText('This is no key.')).toBeInTheDocument();
    await user.click(card('Aria').getByRole('button', { name: 'Save and retry' }));
    await waitFor(() => expect(sentPaths()).toContain('post /responses/response-Aria/retry'));
  });

  it('is removed and can come back', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          responses: [failed('overloaded', 'Overloaded.'), aResponse({ service_name: 'Bolt', position: 1 })],
        }),
      }),
    ];
    const { user } = await opened();
    await user.click(card('Aria').getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(names()).toEqual(['Bolt']));
    await user.click(within(await screen.findByTestId('undo-bar')).getByRole('button'));
    await waitFor(() => expect(names()).toHaveLength(2));
  });

  it('tells a refusal and a stopped answer from an error', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          responses: [
            aResponse({ stage: 'refused', summary: null, finish_reason: 'refusal' }),
            aResponse({
              service_name: 'Bolt',
              position: 1,
              status: 'cancelled',
              stage: 'cancelled',
              summary: null,
            }),
            aResponse({
              service_name: 'Cedar',
              position: 2,
              status: 'cancelled',
              stage: 'cancelled',
              summary: null,
              content_length: 0,
            }),
          ],
        }),
      }),
    ];
    await opened();
    expect(card('Aria').getByText(/declined to answer this question/)).toBeInTheDocument();
    expect(card('Bolt').getByText('Stopped. The text that had come is kept.')).toBeInTheDocument();
    expect(card('Cedar').getByText('Stopped before any text had come.')).toBeInTheDocument();
    expect(card('Aria').queryByRole('button', { name: 'Select' })).toBeNull();
  });

  it('retries all that failed at once', async () => {
    const other = {
      ...failed('overloaded', 'Overloaded.'),
      id: 'response-Bolt',
      service_name: 'Bolt',
      position: 1,
    };
    world.messages = [
      aMessage({
        batch: aBatch({
          responses: [failed('overloaded', 'Overloaded.'), other],
          status: 'FAILED',
          ranking_method: null,
        }),
      }),
    ];
    const { user } = await opened();
    expect(screen.getByTestId('batch-line')).toHaveTextContent('nothing to rank');
    await user.click(screen.getByRole('button', { name: 'Retry 2 failed' }));
    await waitFor(() => expect(sentPaths()).toEqual(['post /batches/batch-1/retry-failed']));
  });
});
