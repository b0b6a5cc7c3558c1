import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { Board } from '@/generated/api';
import { aBoard, aStanding } from '@/test/judge-fixtures';
import { renderApp } from '@/test/render-app';
import { problem, server } from '@/test/server';

function boards(...items: Board[]) {
  server.use(http.get('*/api/v1/usage/leaderboard', () => HttpResponse.json({ boards: items })));
}

describe('what I keep', () => {
  it('shows where each service stands, with its interval, and whom to ask next', async () => {
    boards(aBoard());
    renderApp('/settings/kept');
    const [first, second] = await screen.findAllByTestId('standing');
    const aria = within(first as HTMLElement);
    expect(aria.getByText('Aria')).toBeInTheDocument();
    expect(aria.getByText('kept 8 of 12')).toBeInTheDocument();
    expect(aria.getByTestId('score')).toHaveTextContent('7.2 ± 1.1');
    expect(
      aria.getByRole('button', { name: '7.2 of 10 points, most likely between 6.1 and 8.3' }),
    ).toBeInTheDocument();
    expect(within(second as HTMLElement).getByText('Bolt')).toBeInTheDocument();
    expect(within(second as HTMLElement).getByTestId('score')).toHaveTextContent('2.8 (0.0–6.9)');
    expect(screen.getByText('Rests on 12 choices.')).toBeInTheDocument();
    expect(screen.queryByText('Too few choices to say')).toBeNull();
    const panel = within(await screen.findByRole('region', { name: 'Proposed for the next question' }));
    expect(panel.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['AAria', 'CCedar']);
  });

  it('says by topic when choices are too few', async () => {
    boards(
      aBoard(),
      aBoard({ topic: 'code', selections: 4, standings: [aStanding({ service_name: 'Cedar' })] }),
      aBoard({ topic: 'gardening', selections: 1, proposed_panel: [] }),
    );
    const { user } = renderApp('/settings/kept');
    const topics = within(await screen.findByRole('group', { name: 'Topic' }));
    expect(topics.getByRole('button', { name: 'All topics' })).toHaveAttribute('aria-pressed', 'true');
    await user.click(topics.getByRole('button', { name: 'Code' }));
    expect(topics.getByRole('button', { name: 'Code' })).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getByText('Too few choices to say')).toBeInTheDocument();
    expect(screen.getByText(/^4 so far/)).toBeInTheDocument();
    expect(screen.getAllByTestId('standing')).toHaveLength(1);
    await user.click(topics.getByRole('button', { name: 'gardening' }));
    expect(screen.queryByRole('region', { name: 'Proposed for the next question' })).toBeNull();
  });

  it('explains where choices come from while there are none', async () => {
    boards();
    renderApp('/settings/kept');
    expect(await screen.findByText('No choices yet')).toBeInTheDocument();
    expect(screen.getByText(/Choices come from “Select”/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Ask a question' })).toHaveAttribute('href', '/');
  });

  it('can be asked for again when it does not come', async () => {
    server.use(
      http.get('*/api/v1/usage/leaderboard', () => problem(500, 'internal', 'It did not work.'), {
        once: true,
      }),
    );
    const { user } = renderApp('/settings/kept');
    expect(await screen.findByText('It did not work.')).toBeInTheDocument();
    boards(aBoard());
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findAllByTestId('standing')).toHaveLength(2);
  });
});
