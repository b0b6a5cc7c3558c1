import { screen, waitFor } from '@testing-library/react';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { aBudget } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

describe('budgets', () => {
  it('are made in dollars and sent in micro-USD', async () => {
    server.use(
      change('post', '/admin/budgets', ({ body }) =>
        HttpResponse.json(aBudget(body as object), { status: 201 }),
      ),
    );
    const { user } = renderApp('/admin/budgets');
    expect(await screen.findByText('No budgets')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Add budget' }));
    await user.type(screen.getByLabelText('Warn from (US$)'), '2,50');
    await user.type(screen.getByLabelText('Refuse from (US$)'), 'much');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Enter an amount such as 25 or 0.50.')).toBeInTheDocument();
    await user.clear(screen.getByLabelText('Refuse from (US$)'));
    await user.type(screen.getByLabelText('Refuse from (US$)'), '10');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(world.sent[0]?.body).toEqual({
        scope: 'instance',
        period: 'month',
        soft_micro_usd: 2_500_000,
        hard_micro_usd: 10_000_000,
      }),
    );
  });

  it('show what the server refuses beside the field, and are deleted only when it is sure', async () => {
    world.budgets = [aBudget()];
    server.use(
      change('put', '/admin/budgets/:id', () =>
        problem(422, 'validation', 'Not valid.', [
          { field: 'soft_micro_usd', message: 'must not be above the hard cap' },
        ]),
      ),
      change('delete', '/admin/budgets/:id', () => new HttpResponse(null, { status: 204 })),
    );
    const { user } = renderApp('/admin/budgets');
    await user.click(await screen.findByRole('button', { name: 'Change' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('must not be above the hard cap')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(world.sent.some((request) => request.method === 'delete')).toBe(false);
    await user.click(screen.getByRole('button', { name: 'Delete for good' }));
    await waitFor(() => expect(world.sent.some((request) => request.method === 'delete')).toBe(true));
  });
});

describe('the composer', () => {
  it('says when a budget is reached, and what it still means', async () => {
    world.budgets = [aBudget({ state: 'exhausted', spent_micro_usd: 10_000_000 })];
    renderApp('/c/conversation-1');
    expect(await screen.findByText(/Budget reached \(Everybody, this month\)/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'See usage' })).toHaveAttribute('href', '/settings/usage');
  });
});
