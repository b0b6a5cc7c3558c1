import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { world } from '@/test/server';
import { aBatch, aMessage, aResponse } from '@/test/turn-fixtures';

const THOUGHT = 'Let me see what is asked.';

const error = {
  kind: 'overloaded',
  message: 'The service is overloaded.',
  action: 'Retry.',
  retryable: true,
} as const;

const without = (stage: 'failed' | 'cancelled') =>
  aResponse({
    status: stage,
    stage,
    error: stage === 'failed' ? error : null,
    summary: null,
    reasoning: null,
    content_length: 0,
    progress: 0,
    rank: null,
    ranking_score: null,
  });

describe('thoughts without an answer', () => {
  it.each(['failed', 'cancelled'] as const)('of an answer in stage %s can still be read', async (stage) => {
    const response = without(stage);
    world.messages = [aMessage({ batch: aBatch({ responses: [response], answered_responses: 0 }) })];
    world.beside = { [response.id]: { thoughts: THOUGHT } };
    const { user } = renderApp('/c/conversation-1');
    const folded = within(await screen.findByTestId('model-reasoning'));
    await user.click(folded.getByText('Reasoning'));
    expect(await folded.findByText(THOUGHT)).toBeInTheDocument();
  });

  it('leave no empty fold where there were none', async () => {
    world.messages = [aMessage({ batch: aBatch({ responses: [without('failed')], answered_responses: 0 }) })];
    renderApp('/c/conversation-1');
    expect(await screen.findByTestId('failure-message')).toBeInTheDocument();
    expect(screen.queryByTestId('model-reasoning')).toBeNull();
  });
});
