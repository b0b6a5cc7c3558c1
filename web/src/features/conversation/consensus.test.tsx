import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Batch, Consensus } from '@/generated/api';
import { FakeSocket } from '@/test/fake-socket';
import { renderApp } from '@/test/render-app';
import { world } from '@/test/server';
import {
  aBatch,
  aClaim,
  aConsensus,
  aMessage,
  anAgreement,
  aResponse,
  rankedResponses,
} from '@/test/turn-fixtures';

async function opened(patch: Partial<Batch> = {}) {
  world.messages = [aMessage({ batch: aBatch(patch) })];
  world.answers['consensus-1'] = 'Ranges decide. Penguins swim.';
  const app = renderApp('/c/conversation-1');
  await screen.findByTestId('question');
  return app;
}

const card = () => within(screen.getByTestId('consensus'));
const sent = (path: string) => world.sent.filter((request) => request.path === path);
const make = '/batches/batch-1/consensus';

describe('a consensus', () => {
  it('is asked for with the points that were ticked, once', async () => {
    const claims = [aClaim(), aClaim({ text: 'Measure first.', standing: 'one' })];
    const { user } = await opened({ agreement: anAgreement(claims) });
    const agreement = within(screen.getByTestId('agreement'));
    const [, one] = agreement.getAllByRole('checkbox', { name: 'Take this point into the consensus' });
    expect(one).toHaveAccessibleDescription('Measure first.');
    await user.click(one as HTMLElement);
    expect(screen.getByTestId('consensus-maker')).toHaveTextContent('1 ticked point must be in it.');
    await user.click(screen.getByRole('button', { name: 'Make consensus' }));
    await waitFor(() => expect(screen.getByTestId('consensus')).toBeInTheDocument());
    expect(sent(make).map((request) => request.body)).toEqual([
      { keep: ['Measure first.'], service_id: null },
    ]);
    expect(sent(make)[0]?.headers.get('idempotency-key')).toBeTruthy();
  });

  it('can be written by a service of one’s choice', async () => {
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Choose who writes it' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Bolt' }));
    await waitFor(() => expect(sent(make)[0]?.body).toEqual({ keep: [], service_id: 'service-Bolt' }));
  });

  it('says what it will cost before it is asked for', async () => {
    await opened();
    expect(await screen.findByTestId('consensus-cost')).toHaveTextContent(
      'Costs about $0.006; $0.002 of it for judges who compare it with the best answer.',
    );
  });

  it.each([
    ['better', 0.8333, 'The judges prefer the consensus to the best single answer, Aria. How sure: 83%.'],
    [
      'no_better',
      0.1667,
      'The judges prefer the best single answer, Aria. Read that one first. How sure: 83%.',
    ],
    ['equal', 0.5, 'Too close to call'],
    ['unknown', null, 'Too few ballots came back'],
    ['pending', null, 'Judges are comparing it with the best single answer, Aria.'],
  ] as const)(
    'says what judges make of it beside the best answer: %s',
    async (verdict, probability, words) => {
      const comparison = {
        response_id: 'response-Aria',
        verdict,
        probability,
        ballots: verdict === 'pending' ? 0 : 2,
      };
      await opened({ consensuses: [aConsensus({ comparison })] });
      expect(card().getByTestId('versus')).toHaveTextContent(words);
      const way = card().queryByRole('button', { name: 'How it was compared' });
      expect(way === null).toBe(verdict === 'pending');
    },
  );

  it('says who wrote it from what, who gave none, and what each sentence rests on', async () => {
    const over = {
      service_id: 'service-Cedar',
      service_name: 'Cedar',
      kind: 'overloaded' as const,
      message: 'Too busy.',
    };
    const { user } = await opened({ consensuses: [aConsensus({ passed_over: [over] })] });
    expect(screen.getByTestId('consensus')).toHaveTextContent('Written by Judge. Made from Aria, Bolt.');
    expect(card().getByTestId('passed-over')).toHaveTextContent(
      'Cedar gave none. The service is overloaded.',
    );
    const rests = await card().findByRole('button', { name: 'Rests on Aria' });
    expect(rests).toHaveTextContent('A');
    await user.click(card().getByRole('button', { name: 'No answer says this' }));
    expect(await screen.findByText(/may have made it up/)).toBeInTheDocument();
    await user.keyboard('{Escape}');
    await user.click(card().getByRole('button', { name: 'Rests on Aria' }));
    await user.click(await screen.findByRole('button', { name: 'Show where Aria says it' }));
    await waitFor(() =>
      expect(
        document.querySelector('[data-response="response-Aria"] [data-testid="expanded-answer"]'),
      ).not.toBeNull(),
    );
  });

  it('streams in and is selected like an answer', async () => {
    const running: Consensus = aConsensus({
      response: aResponse({
        id: 'consensus-1',
        service_name: 'Judge',
        role: 'consensus',
        status: 'processing',
        stage: 'streaming',
        content_length: 0,
      }),
      sentences: [],
    });
    const { user } = await opened();
    const socket = FakeSocket.latest('/ws/conversation/').opens();
    const head = { conversation_id: 'conversation-1', at: '2026-11-21T09:00:00Z' };
    act(() => {
      socket.says({ type: 'ready', last_seq: 10 });
      socket.says({ type: 'consensus_update', seq: 11, ...head, consensus: running });
      socket.says({
        type: 'response_delta',
        response_id: 'consensus-1',
        attempt: 1,
        offset: 0,
        text: 'Ranges decide.',
      });
    });
    await screen.findByTestId('consensus');
    expect(await card().findByText(/Ranges decide/)).toBeInTheDocument();
    expect(card().queryByRole('button', { name: 'Select' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Make consensus' })).toBeNull();
    act(() => socket.says({ type: 'consensus_update', seq: 12, ...head, consensus: aConsensus() }));
    await user.click(await card().findByRole('button', { name: 'Select' }));
    expect(sent('/responses/consensus-1/select')).toHaveLength(1);
    await waitFor(() => expect(card().getByText('Kept')).toBeInTheDocument());
    expect(document.querySelectorAll('[data-collapsed]')).toHaveLength(3);
    expect(screen.getByRole('button', { name: 'Delete 3 others' })).toBeInTheDocument();
  });

  it('made before a late answer says so and can be made again', async () => {
    const late = aResponse({ service_name: 'Late', position: 3 });
    const { user } = await opened({
      responses: [...rankedResponses(), late],
      ranked_response_ids: [...aBatch().ranked_response_ids, late.id],
      consensuses: [aConsensus()],
    });
    const note = card().getByTestId('stale-consensus');
    expect(note).toHaveTextContent('Made before Late answered.');
    expect(screen.queryByTestId('stale-ranking')).toBeNull();
    await user.click(card().getByRole('button', { name: 'Make it again' }));
    expect(sent(make)).toHaveLength(1);
  });

  it('a ranking made before a late answer says so and can be made again', async () => {
    const late = aResponse({ service_name: 'Late', position: 3 });
    const { user } = await opened({ responses: [...rankedResponses(), late] });
    expect(screen.getByTestId('stale-ranking')).toHaveTextContent('Ranked before Late answered.');
    await user.click(screen.getByRole('button', { name: 'Rank again' }));
    expect(sent('/batches/batch-1/rank')).toHaveLength(1);
  });
});
