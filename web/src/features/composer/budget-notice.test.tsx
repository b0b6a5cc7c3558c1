import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { api } from '@/app/api';
import { aBudget } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { world } from '@/test/server';

const closing = () => screen.queryByRole('button', { name: 'Put this warning away' });
const later = new Date(Date.now() + 86_400_000).toISOString();

async function opened() {
  const app = renderApp('/c/conversation-1');
  await screen.findByRole('textbox', { name: 'Message' });
  const changed = (patch: Parameters<typeof aBudget>[0]) => {
    world.budgets = [aBudget({ resets_at: later, ...patch })];
    app.store.dispatch(api.util.invalidateTags(['Budgets']));
  };
  return { ...app, changed };
}

describe('the warning of a budget', () => {
  it('is put away for its period, and stays so in this browser', async () => {
    world.budgets = [aBudget({ state: 'warning', resets_at: later })];
    const { user, unmount } = await opened();
    expect(await screen.findByText(/Budget warning/)).toBeInTheDocument();
    await user.click(closing() as HTMLElement);
    expect(screen.queryByText(/Budget warning/)).toBeNull();
    unmount();
    const { changed } = await opened();
    await waitFor(() => expect(screen.getByTestId('services-chip')).toHaveTextContent('3 services'));
    expect(screen.queryByText(/Budget warning/)).toBeNull();
    const next = new Date(Date.parse(later) + 86_400_000).toISOString();
    changed({ state: 'warning', resets_at: next });
    expect(await screen.findByText(/Budget warning/)).toBeInTheDocument();
  });

  it('comes back with the next threshold, and what is reached cannot be put away', async () => {
    world.budgets = [aBudget({ state: 'warning', resets_at: later })];
    const { user, changed } = await opened();
    await screen.findByText(/Budget warning/);
    await user.click(closing() as HTMLElement);
    changed({ state: 'warning', soft_micro_usd: 8_000_000, spent_micro_usd: 9_000_000 });
    expect(await screen.findByText(/more than \$8/)).toBeInTheDocument();
    await user.click(closing() as HTMLElement);
    changed({ state: 'exhausted', spent_micro_usd: 10_000_000 });
    expect(await screen.findByText(/Budget reached/)).toBeInTheDocument();
    expect(closing()).toBeNull();
  });
});
