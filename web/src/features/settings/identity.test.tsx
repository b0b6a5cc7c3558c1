import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const at = '2026-11-21T09:00:00Z';
const serve = (path: string, items: () => object[]) =>
  http.get(`*/api/v1${path}`, () => HttpResponse.json({ items: items() }));

describe('a new password', () => {
  it('asks for the old one and shows what is wrong beside its field', async () => {
    let tries = 0;
    server.use(
      change('post', '/auth/password', () => {
        tries += 1;
        return tries === 1
          ? problem(422, 'validation', 'Not valid.', [{ field: 'current_password', message: 'is wrong' }])
          : new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/settings/password');
    await user.click(await screen.findByRole('button', { name: 'Change password' }));
    expect(await screen.findByText('Enter your password.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Current password'), 'not it');
    await user.type(screen.getByLabelText('New password'), 'a fresh passphrase');
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    expect(await screen.findByText('is wrong')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    expect(await screen.findByText(/other sign-ins have ended/)).toBeInTheDocument();
    expect(screen.getByLabelText('New password')).toHaveValue('');
  });
});

describe('sign-ins', () => {
  it('are listed by program and ended one by one or all at once', async () => {
    const row = (id: string, patch: object) => ({
      id,
      kind: 'browser',
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      address: '192.0.2.1',
      created_at: at,
      last_used_at: at,
      expires_at: at,
      current: false,
      ...patch,
    });
    let rows = [
      row('here', { current: true }),
      row('script', { kind: 'client', user_agent: 'curl/8.5' }),
      row('old', { user_agent: '' }),
    ];
    server.use(
      serve('/auth/sessions', () => rows),
      change('delete', '/auth/sessions/:id', ({ params }) => {
        rows = rows.filter((known) => known.id !== params.id);
        return new HttpResponse(null, { status: 204 });
      }),
      change('delete', '/auth/sessions', () => {
        rows = rows.filter((known) => known.current);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/settings/sessions');
    expect(await screen.findAllByTestId('session')).toHaveLength(3);
    expect(screen.getByText('Firefox, Linux')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'End the sign-in of Firefox, Linux' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'End the sign-in of curl/8.5' }));
    await waitFor(() => expect(screen.getAllByTestId('session')).toHaveLength(2));
    await user.click(screen.getByRole('button', { name: 'End all others' }));
    await waitFor(() => expect(screen.getAllByTestId('session')).toHaveLength(1));
    expect(screen.queryByRole('button', { name: 'End all others' })).toBeNull();
  });
});

describe('API tokens', () => {
  it('are made, shown once and revoked', async () => {
    let tokens: object[] = [];
    const made = {
      id: 'token-1',
      name: 'nightly',
      scopes: ['read', 'write'],
      last4: 'wxyz',
      created_at: at,
      expires_at: null,
      last_used_at: null,
    };
    server.use(
      serve('/api-tokens', () => tokens),
      change('post', '/api-tokens', () => {
        tokens = [made];
        return HttpResponse.json({ token: 'qk_secret-wxyz', api_token: made }, { status: 201 });
      }),
      change('delete', '/api-tokens/:id', () => {
        tokens = [];
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/settings/tokens');
    expect(await screen.findByText('No tokens yet')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'New token' }));
    await user.click(screen.getByRole('button', { name: 'Make token' }));
    expect(await screen.findByText('Enter a name.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Name'), 'nightly');
    await user.click(screen.getByLabelText('Read what is yours'));
    await user.click(screen.getByLabelText('Ask, keep, change and delete'));
    await user.click(screen.getByRole('button', { name: 'Make token' }));
    expect(await screen.findByText('Choose at least one.')).toBeInTheDocument();
    await user.click(screen.getByLabelText('Read what is yours'));
    await user.selectOptions(screen.getByLabelText('Works for'), '');
    await user.click(screen.getByRole('button', { name: 'Make token' }));
    expect(await screen.findByText('qk_secret-wxyz')).toBeInTheDocument();
    expect(world.sent.at(-1)?.body).toEqual({ name: 'nightly', scopes: ['read'], expires_in_days: null });
    await user.click(screen.getByRole('button', { name: 'Done' }));
    expect(screen.queryByText('qk_secret-wxyz')).toBeNull();
    const row = within(await screen.findByTestId('api-token'));
    expect(row.getByText(/Works without end/)).toBeInTheDocument();
    await user.click(row.getByRole('button', { name: 'Revoke nightly' }));
    await user.click(row.getByRole('button', { name: 'Revoke for good' }));
    expect(await screen.findByText('No tokens yet')).toBeInTheDocument();
  });
});
