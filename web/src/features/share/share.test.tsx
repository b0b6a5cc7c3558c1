import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const at = '2026-11-21T09:00:00Z';

describe('a snapshot', () => {
  it('gets a link that is shown once, and is taken back', async () => {
    let shares: object[] = [];
    server.use(
      http.get('*/api/v1/conversations/:id/shares', () => HttpResponse.json({ items: shares })),
      change('post', '/conversations/:id/shares', () => {
        shares = [{ id: 'share-1', created_at: at }];
        return HttpResponse.json({ share: shares[0], token: 'secret-token' }, { status: 201 });
      }),
      change('delete', '/shares/:id', () => {
        shares = [];
        return new Response(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/c/conversation-1');
    await user.click(await screen.findByRole('button', { name: 'Conversation menu' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Share a snapshot' }));
    expect(await screen.findByText('No links yet')).toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText('Answers in the snapshot'), 'kept');
    await user.click(screen.getByRole('button', { name: 'Make a link' }));
    expect(await screen.findByLabelText('Link')).toHaveValue(`${window.location.origin}/shared/secret-token`);
    expect(world.sent.at(-1)?.body).toEqual({ answers: 'kept' });
    await user.click(await screen.findByRole('button', { name: 'Take back' }));
    expect(await screen.findByText('No links yet')).toBeInTheDocument();
    expect(screen.queryByLabelText('Link')).toBeNull();
  });

  it('is read without signing in, and gone once it was taken back', async () => {
    world.session = null;
    const answer = (service_name: string, selected: boolean) => ({
      service_name,
      model: 'm',
      content: `All of ${service_name}`,
      summary: `${service_name} in short`,
      rank: selected ? 1 : 2,
      selected,
    });
    const transcript = {
      format: 'quorum.conversation',
      version: 1,
      title: 'Trip',
      turns: [{ content: 'Where to?', answers: [answer('Aria', true), answer('Bolt', false)] }],
    };
    server.use(
      http.get('*/api/v1/shared/:token', ({ params }) =>
        params.token === 'good'
          ? HttpResponse.json({ transcript, created_at: at })
          : problem(404, 'not_found', 'There is no such shared conversation.'),
      ),
    );
    const { router } = renderApp('/shared/good');
    expect(await screen.findByRole('heading', { name: 'Trip' })).toBeInTheDocument();
    expect(await screen.findByText('All of Aria')).toBeVisible();
    expect(screen.getByText('Bolt in short')).toBeVisible();
    expect(screen.queryByRole('textbox')).toBeNull();
    await router.navigate('/shared/other');
    expect(await screen.findByText('Nothing behind this link')).toBeInTheDocument();
  });
});
