import { act, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage } from '@/i18n';
import { FakeSocket } from '@/test/fake-socket';
import { aBallot, aBatch, aClaim, aMessage, anAgreement, aResponse, rankedResponses } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const address = '/c/conversation-1';
const head = { conversation_id: 'conversation-1', at: '2026-11-21T09:00:00Z' };

async function opened() {
  const app = renderApp(address);
  await screen.findByTestId('question');
  return app;
}

function turn() {
  const all = document.querySelectorAll<HTMLElement>('[data-turn]');
  return all[all.length - 1] as HTMLElement;
}
const names = () =>
  [...turn().querySelectorAll<HTMLElement>('[data-card]')].map(
    (card) =>
      world.messages.flatMap((m) => m.batch?.responses ?? []).find((r) => r.id === card.dataset.response)
        ?.service_name,
  );
const card = (name: string) => {
  const found = turn().querySelector<HTMLElement>(`[data-response="response-${name}"]`);
  if (!found) throw new Error(`no card of ${name}`);
  return within(found);
};
const sentPaths = () => world.sent.map((request) => `${request.method} ${request.path}`);

describe('a ranked turn', () => {
  it('shows summary, reasoning, score with its interval, rank and figures, best first', async () => {
    await opened();
    expect(names()).toEqual(['Aria', 'Bolt', 'Cedar']);
    const aria = card('Aria');
    expect(aria.getByTestId('summary')).toHaveTextContent('Summary by Aria.');
    expect(aria.getByTestId('reasoning')).toHaveTextContent('Why: Fits the load.');
    expect(aria.getByTestId('score')).toHaveTextContent('8.3 ± 0.6');
    expect(aria.getByTestId('rank')).toHaveTextContent('#1');
    expect(aria.getByTestId('figures')).toHaveTextContent('2.0 s · 20 tokens · $0.0012');
    expect(screen.getByTestId('batch-line')).toHaveTextContent('3 of 3 answered, ranked by 2 of 2 judges');
    expect(document.title).toBe('Append-only tables – Quorum');
  });

  it('explains rank, score and interval on focus, and says what is too close to call', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          responses: rankedResponses().map((response) => ({ ...response, tied: (response.rank ?? 9) < 3 })),
        }),
      }),
    ];
    const { user } = await opened();
    expect(card('Aria').getByText('too close to call')).toBeInTheDocument();
    expect(card('Cedar').queryByText('too close to call')).toBeNull();
    const standing = card('Aria').getByRole('button', {
      name: 'Rank 1 of 3, 8.3 of 10 points, most likely between 7.7 and 8.9, too close to call',
    });
    act(() => standing.focus());
    expect(await screen.findByTestId('explanation')).toHaveTextContent('Too close to call: the votes do not');
    expect(standing).toHaveAccessibleDescription(/Judges compare the answers without names/);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('explanation')).toBeNull());
    await user.click(card('Bolt').getByRole('button', { name: /Rank 2 of 3/ }));
    expect(await screen.findByTestId('explanation')).toHaveTextContent('Rank 2 of 3');
  });

  it('says how it was ranked when it was not judged', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          ranking_method: 'local',
          judges_voted: 0,
          ranking_note: 'ordered by agreement, not judged',
        }),
      }),
    ];
    await opened();
    expect(screen.getByTestId('batch-line')).toHaveTextContent(
      '3 of 3 answered, ordered by agreement, not judged',
    );
  });

  it('words remarks and reasons in the language of the page', async () => {
    await chooseLanguage('de');
    const responses = rankedResponses().map((response) => ({
      ...response,
      reasoning: 'Agrees with 1 of 2 others; ends on 18.',
      agreement_reason: { code: 'agrees_with' as const, agreeing: 1, others: 2, value: '18' },
    }));
    world.messages = [
      aMessage({
        batch: aBatch({
          responses,
          ranking_method: 'local',
          judges_voted: 0,
          ranking_note: 'none of the judges named can be asked; ordered by agreement, not judged',
          ranking_remarks: [{ code: 'named_judges_missing' }, { code: 'by_agreement' }],
        }),
      }),
    ];
    renderApp('/c/conversation-1');
    expect(await screen.findByTestId('batch-line')).toHaveTextContent(
      'keiner der von Ihnen benannten Gutachter kann gefragt werden; nach Übereinstimmung geordnet, nicht bewertet',
    );
    expect(card('Aria').getByTestId('reasoning')).toHaveTextContent(
      'Stimmt mit 1 von 2 anderen überein; endet auf 18.',
    );
    await chooseLanguage('en');
  });

  it('shows where the answers agree and differ, and whose', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          agreement: anAgreement([
            aClaim(),
            aClaim({
              text: 'Take BRIN.',
              standing: 'contested',
              supported_by: [{ response_id: 'response-Aria', passage: null }],
              contradicted_by: [{ response_id: 'response-Bolt', passage: null }],
            }),
          ]),
        }),
      }),
    ];
    await opened();
    const panel = within(screen.getByTestId('agreement'));
    expect(panel.getByText('Ranges decide.')).toBeInTheDocument();
    expect(panel.getAllByRole('heading').map((heading) => heading.textContent)).toEqual([
      'They contradict each other',
      'All say it',
    ]);
    expect(panel.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
      'Show where Aria says it',
      'Show where Bolt says otherwise',
      'Show where Bolt says it',
      'Show where Aria says it',
      'Show where Cedar says it',
    ]);
  });

  it('leads from a point to the sentence that says it, or says that none does', async () => {
    world.messages = [
      aMessage({
        batch: aBatch({
          agreement: anAgreement([aClaim(), aClaim({ text: 'Bananas.' })]),
        }),
      }),
    ];
    world.answers['response-Aria'] = 'First of all, measure.\n\nThe ranges decide here. Nothing else does.';
    const { user } = await opened();
    const [ranges, bananas] = within(screen.getByTestId('agreement')).getAllByRole('button', {
      name: 'Show where Aria says it',
    });
    await user.click(ranges as HTMLElement);
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/^The ranges decide here/));
    await user.click(bananas as HTMLElement);
    expect(card('Aria').getByTestId('expanded-answer')).toHaveFocus();
    expect(screen.getByText(/no sentence in the answer of Aria/)).toBeInTheDocument();
  });

  it('names a very small model as what it is', async () => {
    world.messages = [aMessage({ batch: aBatch({ responses: [aResponse({ tiny: true })] }) })];
    await opened();
    expect(card('Aria').getByText('Very small model')).toBeInTheDocument();
    expect(screen.getByText(/Its answers are often wrong/)).toBeInTheDocument();
  });
});

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

describe('states of the screen', () => {
  it('says so when there is no such conversation', async () => {
    renderApp('/c/elsewhere');
    expect(await screen.findByText('Nothing here')).toBeInTheDocument();
  });

  it('explains a failure to load and tries again', async () => {
    const broken = change as unknown;
    expect(broken).toBeDefined();
    const { http } = await import('msw');
    server.use(
      http.get(
        '*/api/v1/conversations/:id/messages',
        () => problem(503, 'unavailable', 'The database is away.'),
        { once: true },
      ),
    );
    const { user } = renderApp(address);
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The database is away.');
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByTestId('question')).toBeInTheDocument();
  });

  it('says that the connection is lost and tries again when asked', async () => {
    const { user } = await opened();
    act(() => {
      FakeSocket.latest('/ws/conversation').drops();
    });
    await waitFor(() => expect(FakeSocket.all.filter((s) => s.url.includes('conversation')).length).toBe(2), {
      timeout: 3000,
    });
    act(() => FakeSocket.latest('/ws/conversation').drops());
    expect(await screen.findByTestId('offline-banner')).toHaveTextContent('The live connection is gone.');
    await user.click(screen.getByRole('button', { name: 'Try now' }));
    act(() => void FakeSocket.latest('/ws/conversation').opens());
    await waitFor(() => expect(screen.queryByTestId('offline-banner')).toBeNull());
  });

  it('leads to signing in when the session ends, and keeps the place', async () => {
    const { router } = await opened();
    act(() => FakeSocket.latest('/ws/conversation').drops(4401));
    expect(await screen.findByText(/Your session has ended/)).toBeInTheDocument();
    expect(router.state.location.search).toBe('?next=%2Fc%2Fconversation-1');
  });
});
