import { act, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { safeNext } from '@/app/gate';
import { sessionLost } from '@/app/session-slice';
import { session } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

describe('the first start', () => {
  it('makes the administrator, with the setup token where it is needed', async () => {
    world.session = null;
    world.instance = { ...world.instance, needs_setup: true, setup_token_required: true };
    server.use(
      change('post', '/auth/register', () => {
        world.session = session;
        world.instance = { ...world.instance, needs_setup: false };
        return HttpResponse.json(session, { status: 201 });
      }),
    );
    const { user, router } = renderApp('/c/somewhere');
    expect(await screen.findByRole('heading', { name: 'Set up Quorum' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    expect(await screen.findByText('Enter the setup token.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Setup token'), 'token');
    await user.type(screen.getByLabelText('Name'), 'Ada');
    await user.type(screen.getByLabelText('E-mail'), 'ada@example.com');
    await user.type(screen.getByLabelText('Password'), 'correct horse');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    expect(await screen.findByText('What would you like to ask?')).toBeInTheDocument();
    expect(router.state.location.pathname).toBe('/');
    expect(world.sent[0]?.body).toEqual({
      setup_token: 'token',
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse',
    });
  });
});

describe('signing in', () => {
  it('says what is wrong, then leads back to the place', async () => {
    world.session = null;
    let wrong = true;
    server.use(
      change('post', '/auth/login', () => {
        if (wrong) {
          wrong = false;
          return problem(401, 'unauthenticated', 'E-mail or password is wrong.');
        }
        world.session = session;
        return HttpResponse.json(session);
      }),
    );
    const { user, router } = renderApp('/settings/appearance');
    await user.type(await screen.findByLabelText('E-mail'), 'ada@example.com');
    await user.type(screen.getByLabelText('Password'), 'not it');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('E-mail or password is wrong.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/settings/appearance'));
  });

  it('never leads to another site', () => {
    expect(safeNext('?next=%2Fc%2F1')).toBe('/c/1');
    for (const bad of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      expect(safeNext(`?next=${encodeURIComponent(bad)}`)).toBe('/');
    }
  });

  it('is asked for again when the session has ended elsewhere', async () => {
    const { store } = renderApp('/');
    await screen.findByText('What would you like to ask?');
    act(() => void store.dispatch(sessionLost()));
    expect(await screen.findByText(/Your session has ended/)).toBeInTheDocument();
  });
});

describe('registering', () => {
  it('shows a closed door for what it is', async () => {
    world.session = null;
    server.use(
      change('post', '/auth/register', () =>
        problem(403, 'registration_closed', 'An administrator makes the accounts here.'),
      ),
    );
    const { user } = renderApp('/sign-in');
    await user.click(await screen.findByRole('link', { name: 'Create an account' }));
    await user.type(await screen.findByLabelText('Name'), 'Bo');
    await user.type(screen.getByLabelText('E-mail'), 'bo@example.com');
    await user.type(screen.getByLabelText('Password'), 'long enough');
    await user.click(screen.getByRole('button', { name: 'Create account' }));
    expect(await screen.findByText('An administrator makes the accounts here.')).toBeInTheDocument();
  });
});

describe('the way in', () => {
  it('explains a server that cannot be reached, and tries again', async () => {
    server.use(http.get('*/api/v1/instance', () => HttpResponse.error(), { once: true }));
    const { user } = renderApp('/');
    expect(await screen.findByText('Quorum cannot be reached')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('What would you like to ask?')).toBeInTheDocument();
  });

  it('is not shown to somebody who is in already', async () => {
    const { router } = renderApp('/sign-in');
    await screen.findByText('What would you like to ask?');
    expect(router.state.location.pathname).toBe('/');
  });

  it('offers the demo badge, the account menu and the drawer', async () => {
    const { user } = renderApp('/');
    expect(await screen.findByTestId('demo-badge')).toBeInTheDocument();
    await user.click(screen.getByTestId('account-menu'));
    expect(await screen.findByRole('menuitem', { name: 'Sign out' })).toBeInTheDocument();
    await user.click(screen.getByRole('menuitem', { name: 'Keyboard' }));
    expect(await screen.findByRole('dialog', { name: 'Keyboard' })).toBeInTheDocument();
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Open the conversation list' }));
    expect(await screen.findByRole('dialog', { name: 'Conversations' })).toBeInTheDocument();
  });
});
