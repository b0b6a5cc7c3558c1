import { screen, waitFor } from '@testing-library/react';
import { HttpResponse } from 'msw';
import { afterEach, describe, expect, it } from 'vitest';
import { session } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const link = {
  id: 'link-1',
  kind: 'invite',
  user_id: null,
  email: 'bob@example.com',
  role: 'user',
  created_at: '2026-11-21T09:00:00Z',
  expires_at: '2026-11-24T09:00:00Z',
};

afterEach(() => {
  window.location.hash = '';
});

describe('an invitation', () => {
  it('leads to an account with the address it was made for', async () => {
    world.session = null;
    window.location.hash = 'secret';
    server.use(
      change('post', '/auth/links', () => HttpResponse.json(link)),
      change('post', '/auth/register', () => {
        world.session = session;
        return HttpResponse.json(session, { status: 201 });
      }),
    );
    const { user, router } = renderApp('/invite');
    expect(await screen.findByLabelText('E-mail')).toHaveValue('bob@example.com');
    expect(screen.getByLabelText('E-mail')).toHaveAttribute('readonly');
    await user.type(screen.getByLabelText('Name'), 'Bob');
    await user.type(screen.getByLabelText('Password'), 'a fresh passphrase');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
    expect(world.sent.at(-1)?.body).toEqual({
      name: 'Bob',
      email: 'bob@example.com',
      password: 'a fresh passphrase',
      invite: 'secret',
    });
  });

  it('that is worth nothing says so', async () => {
    world.session = null;
    window.location.hash = 'used';
    server.use(change('post', '/auth/links', () => problem(404, 'not_found', 'There is no such link.')));
    renderApp('/invite');
    expect(await screen.findByRole('heading', { name: 'This link does not work' })).toBeInTheDocument();
  });

  it('without its token is worth nothing either', async () => {
    renderApp('/reset');
    expect(await screen.findByRole('heading', { name: 'This link does not work' })).toBeInTheDocument();
  });

  it('is looked at again after the server was away', async () => {
    window.location.hash = 'secret';
    let away = true;
    server.use(
      change('post', '/auth/links', () => {
        if (!away) return HttpResponse.json(link);
        away = false;
        return problem(503, 'unavailable', 'Quorum cannot reach its database right now.');
      }),
    );
    const { user } = renderApp('/invite');
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await screen.findByLabelText('Name')).toBeInTheDocument();
  });
});

describe('a link for a new password', () => {
  it('sets it and leads in', async () => {
    world.session = null;
    window.location.hash = 'secret';
    server.use(
      change('post', '/auth/links', () => HttpResponse.json({ ...link, kind: 'reset' })),
      change('post', '/auth/reset', () => {
        world.session = session;
        return HttpResponse.json(session);
      }),
    );
    const { user, router } = renderApp('/reset');
    expect(await screen.findByText(/For bob@example.com/)).toBeInTheDocument();
    await user.type(screen.getByLabelText('New password'), 'short');
    await user.click(screen.getByRole('button', { name: 'Set password' }));
    expect(await screen.findByText('Use at least 8 characters.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('New password'), ' and longer');
    await user.click(screen.getByRole('button', { name: 'Set password' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/'));
    expect(world.sent.at(-1)?.body).toEqual({ token: 'secret', password: 'short and longer' });
  });
});

describe('an account elsewhere', () => {
  it('is offered where there is one, and says why it came to nothing', async () => {
    world.session = null;
    world.instance = { ...world.instance, oidc: 'Example', registration: 'invite' };
    renderApp('/sign-in?oidc=no_account&next=%2Fsettings%2Fkeys');
    expect(await screen.findByText(/no account for you here/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Sign in with Example' })).toHaveAttribute(
      'href',
      '/api/v1/auth/oidc/start?next=%2Fsettings%2Fkeys',
    );
    expect(screen.queryByRole('link', { name: 'Create an account' })).toBeNull();
  });
});
