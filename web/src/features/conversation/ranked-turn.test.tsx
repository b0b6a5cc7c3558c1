import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '@/i18n';
import { card, names, opened } from '@/test/open-turn';
import { renderApp } from '@/test/render-app';
import { world } from '@/test/server';
import { aBatch, aClaim, aMessage, anAgreement, aResponse, rankedResponses } from '@/test/turn-fixtures';

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
