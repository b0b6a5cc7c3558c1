import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const at = '2026-11-21T09:00:00Z';
const ada = {
  id: 'user-1',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'admin',
  active: true,
  created_at: at,
};
const bob = {
  id: 'user-2',
  name: 'Bob',
  email: 'bob@example.com',
  role: 'user',
  active: true,
  created_at: at,
};

describe('people', () => {
  it('change roles, are disabled and enabled; the last administrator stays', async () => {
    let people = [ada, bob];
    server.use(
      http.get('*/api/v1/admin/users', () => HttpResponse.json({ items: people })),
      http.get('*/api/v1/admin/account-links', () => HttpResponse.json({ items: [] })),
      change('patch', '/admin/users/:id', ({ params, body }) => {
        if (params.id === ada.id) return problem(409, 'conflict', 'The last active admin cannot be removed.');
        people = people.map((one) => (one.id === params.id ? { ...one, ...(body as object) } : one));
        return HttpResponse.json(people[1]);
      }),
    );
    const { user } = renderApp('/admin/people');
    const row = (index: number) => within(screen.getAllByTestId('person')[index] as HTMLElement);
    await screen.findAllByTestId('person');
    expect(row(0).getByText('You')).toBeInTheDocument();
    await user.click(row(0).getByRole('button', { name: 'Make user' }));
    expect(await row(0).findByRole('alert')).toHaveTextContent('The last active admin');
    await user.click(row(1).getByRole('button', { name: 'Make administrator' }));
    expect(await row(1).findByText('Administrator')).toBeInTheDocument();
    await user.click(row(1).getByRole('button', { name: 'Disable' }));
    await user.click(row(1).getByRole('button', { name: 'Disable and stop everything' }));
    expect(await row(1).findByText('Disabled')).toBeInTheDocument();
    await user.click(row(1).getByRole('button', { name: 'Enable' }));
    await waitFor(() => expect(row(1).queryByText('Disabled')).toBeNull());
  });

  it('are invited and given new passwords by links that are shown once and can be withdrawn', async () => {
    const link = {
      id: 'link-1',
      kind: 'invite',
      user_id: null,
      email: 'carl@example.com',
      role: 'admin',
      created_at: at,
      expires_at: at,
    };
    let links: object[] = [];
    server.use(
      http.get('*/api/v1/admin/users', () => HttpResponse.json({ items: [ada, bob] })),
      http.get('*/api/v1/admin/account-links', () => HttpResponse.json({ items: links })),
      change('post', '/admin/invites', () => {
        links = [link];
        return HttpResponse.json({ path: '/invite#secret', link }, { status: 201 });
      }),
      change('post', '/admin/users/:id/reset', () =>
        HttpResponse.json({ path: '/reset#other-secret', link }, { status: 201 }),
      ),
      change('delete', '/admin/account-links/:id', () => {
        links = [];
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/admin/people');
    await user.click(await screen.findByRole('button', { name: 'Invite' }));
    await user.type(screen.getByLabelText('E-mail'), 'carl@example.com');
    await user.selectOptions(screen.getByLabelText('Role'), 'admin');
    await user.click(screen.getByRole('button', { name: 'Make link' }));
    expect(await screen.findByText(`${window.location.origin}/invite#secret`)).toBeInTheDocument();
    expect(world.sent[0]?.body).toEqual({ email: 'carl@example.com', role: 'admin', expires_in_hours: 72 });
    await user.click(screen.getByRole('button', { name: 'Done' }));
    expect(screen.queryByText(/#secret/)).toBeNull();
    await user.click(await screen.findByRole('button', { name: 'Withdraw the link for carl@example.com' }));
    await waitFor(() => expect(screen.queryByTestId('account-link')).toBeNull());
    const second = within(screen.getAllByTestId('person')[1] as HTMLElement);
    await user.click(second.getByRole('button', { name: 'New password' }));
    expect(await screen.findByText(`${window.location.origin}/reset#other-secret`)).toBeInTheDocument();
    expect(screen.getByText(/Hand this link to Bob/)).toBeInTheDocument();
  });
});

describe('the audit log', () => {
  const entry = (seq: number, patch: object = {}) => ({
    seq,
    at,
    actor_id: null,
    actor: 'ada@example.com',
    action: 'role_changed',
    subject: 'bob@example.com',
    detail: { from: 'user', to: 'admin' },
    address: '192.0.2.1',
    hash: 'abc',
    ...patch,
  });

  it('is filtered and read page by page, also with actions of a newer server', async () => {
    const asked: string[] = [];
    server.use(
      http.get('*/api/v1/admin/audit', ({ request }) => {
        const { search, searchParams } = new URL(request.url);
        asked.push(search);
        if (searchParams.get('actor')) return HttpResponse.json({ items: [], next_cursor: null });
        return searchParams.get('cursor')
          ? HttpResponse.json({ items: [entry(1, { action: 'of_the_future' })], next_cursor: null })
          : HttpResponse.json({ items: [entry(3), entry(2)], next_cursor: '2' });
      }),
    );
    const { user } = renderApp('/admin/audit');
    expect(await screen.findAllByTestId('audit-entry')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Older entries' }));
    expect(await screen.findByText('of_the_future')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Older entries' })).toBeNull();
    await user.selectOptions(screen.getByLabelText('What'), 'role_changed');
    await user.type(screen.getByLabelText('Who'), 'eve@example.com');
    await user.click(screen.getByRole('button', { name: 'Show' }));
    expect(await screen.findByText('Nothing found')).toBeInTheDocument();
    expect(asked.at(-1)).toContain('action=role_changed');
    await user.click(screen.getByRole('button', { name: 'Clear' }));
    expect((await screen.findAllByTestId('audit-entry')).length).toBeGreaterThan(1);
  });
});
