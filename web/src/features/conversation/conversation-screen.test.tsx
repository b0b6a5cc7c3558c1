import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FakeSocket } from '@/test/fake-socket';
import { address, opened } from '@/test/open-turn';
import { renderApp } from '@/test/render-app';
import { change, problem, server } from '@/test/server';

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
