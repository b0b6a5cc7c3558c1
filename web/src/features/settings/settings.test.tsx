import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiKey } from '@/generated/api';
import { chooseLanguage } from '@/i18n';
import { aBudget, aService, aUsageLine, session } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

function aKey(patch: Partial<ApiKey> = {}): ApiKey {
  return {
    id: 'key-1',
    service_type: 'anthropic',
    origin: 'https://models.example.com',
    service_names: ['Aria'],
    scope: 'user',
    last4: 'wxyz',
    status: 'untested',
    status_detail: null,
    created_at: '2026-11-21T09:00:00Z',
    last_used_at: null,
    tested_at: null,
    ...patch,
  };
}

describe('provider keys', () => {
  it('are added, and what the server refuses is beside the field', async () => {
    world.services = [aService({ requires_key: true, key: 'missing' })];
    let refuse = true;
    server.use(
      change('post', '/api-keys', () => {
        if (refuse) {
          refuse = false;
          return problem(422, 'validation', 'Not valid.', [{ field: 'key', message: 'This is no key.' }]);
        }
        world.keys = [aKey()];
        return HttpResponse.json(aKey(), { status: 201 });
      }),
    );
    const { user } = renderApp('/settings/keys');
    expect(await screen.findByText('No keys yet')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Add key' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Choose a service.')).toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('Service'), 'service-Aria');
    await user.type(screen.getByLabelText('Key'), 'sk-secret-wxyz');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('This is no key.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByTestId('api-key')).toHaveTextContent('wxyz');
    expect(document.body.textContent).not.toContain('sk-secret');
    expect(world.sent.at(-1)?.body).toEqual({
      service_id: 'service-Aria',
      key: 'sk-secret-wxyz',
      scope: 'user',
    });
  });

  it('are tested, replaced and revoked', async () => {
    world.keys = [aKey({ last_used_at: '2026-11-21T08:00:00Z', scope: 'instance' })];
    server.use(
      change('post', '/api-keys/:id/test', () =>
        problem(422, 'key_test_failed', 'Refused.', [
          { field: 'key', message: 'The provider does not know this key.' },
        ]),
      ),
      change('delete', '/api-keys/:id', () => {
        world.keys = [];
        return new Response(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/settings/keys');
    const row = within(await screen.findByTestId('api-key'));
    expect(row.getByText('For everybody')).toBeInTheDocument();
    await user.click(row.getByRole('button', { name: 'Test' }));
    expect(await row.findByText('The provider does not know this key.')).toBeInTheDocument();
    await user.click(row.getByRole('button', { name: 'Replace' }));
    expect(row.getByLabelText('Key')).toHaveAttribute('type', 'password');
    await user.click(row.getByRole('button', { name: 'Cancel' }));
    await user.click(row.getByRole('button', { name: 'Revoke' }));
    await user.click(row.getByRole('button', { name: 'Revoke for good' }));
    expect(await screen.findByText('No keys yet')).toBeInTheDocument();
  });

  it('say so when one works', async () => {
    world.keys = [aKey()];
    server.use(
      change('post', '/api-keys/:id/test', () => {
        world.keys = [aKey({ status: 'ok' })];
        return HttpResponse.json(aKey({ status: 'ok' }));
      }),
    );
    const { user } = renderApp('/settings/keys');
    await user.click(await screen.findByRole('button', { name: 'Test' }));
    expect(await screen.findByText('Works')).toBeInTheDocument();
  });

  it('explain a list that could not be read', async () => {
    server.use(
      http.get('*/api/v1/api-keys', () => problem(503, 'unavailable', 'The database is away.'), {
        once: true,
      }),
    );
    const { user } = renderApp('/settings/keys');
    expect(await screen.findByText('The database is away.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('No keys yet')).toBeInTheDocument();
  });
});

describe('services', () => {
  it('can only be looked at by others than administrators', async () => {
    world.session = { ...session, user: { ...session.user, role: 'user' } };
    renderApp('/settings/services');
    expect(await screen.findAllByTestId('service')).toHaveLength(3);
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Add service' })).toBeNull();
  });

  it('lead an administrator to where they are changed', async () => {
    const { user } = renderApp('/settings/services');
    await user.click(await screen.findByRole('link', { name: 'Manage services' }));
    expect(await screen.findByRole('button', { name: 'Add service' })).toBeInTheDocument();
  });
});

describe('appearance, profile and usage', () => {
  afterEach(async () => {
    await chooseLanguage('en');
    document.documentElement.removeAttribute('data-theme');
  });

  it('changes the theme and the language at once, and keeps them', async () => {
    const { user } = renderApp('/settings/appearance');
    await user.click(await screen.findByRole('radio', { name: 'Dark' }));
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(localStorage.getItem('quorum.theme')).toBe('dark');
    await user.click(screen.getByRole('radio', { name: 'As the system' }));
    expect(localStorage.getItem('quorum.theme')).toBeNull();
    await user.click(screen.getByRole('radio', { name: 'Deutsch' }));
    expect(await screen.findByRole('heading', { name: 'Darstellung' })).toBeInTheDocument();
    expect(localStorage.getItem('quorum.language')).toBe('de');
  });

  it('shows who is signed in', async () => {
    renderApp('/settings');
    expect(await screen.findByText('ada@example.com')).toBeInTheDocument();
    expect(screen.getByText('Administrator')).toBeInTheDocument();
  });

  it('draws what was spent by day and shows budgets above it', async () => {
    const today = new Date().toISOString().slice(0, 10);
    world.usage = [aUsageLine({ key: `${today} s1`, label: 'Aria', ranked: 4, wins: 3 })];
    world.budgets = [aBudget({ state: 'warning' })];
    const { user } = renderApp('/settings/usage');
    expect(await screen.findByRole('img', { name: /Cost by service/ })).toBeInTheDocument();
    const meter = screen.getByRole('meter', { name: 'Everybody, this month' });
    expect(meter).toHaveAttribute('aria-valuetext', '$6.00 of $10.00');
    expect(screen.getByText('Warning')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'First places' }));
    expect(screen.getByRole('img', { name: /First places by service/ })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Download CSV' })).toHaveAttribute(
      'href',
      expect.stringContaining('/api/v1/usage/export?group_by=service'),
    );
  });

  it('lists what was used, by day, service or conversation', async () => {
    world.usage = [aUsageLine({ key: 'k', label: 'Aria' })];
    const { user } = renderApp('/settings/usage');
    expect(await screen.findByRole('cell', { name: '1,200' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'By day' }));
    expect(screen.getByRole('button', { name: 'By day' })).toHaveAttribute('aria-pressed', 'true');
    expect(await screen.findByRole('cell', { name: '$0.0042' })).toBeInTheDocument();
  });

  it('has no section of an unknown name', async () => {
    renderApp('/settings/nothing');
    expect(await screen.findByText('Nothing here')).toBeInTheDocument();
  });
});
