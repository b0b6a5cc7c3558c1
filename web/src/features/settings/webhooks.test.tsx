import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { Webhook, WebhookDelivery } from '@/generated/api';
import { renderApp } from '@/test/render-app';
import { change, server } from '@/test/server';

const at = '2026-11-21T09:00:00Z';
const webhook: Webhook = {
  id: 'hook-1',
  url: 'https://example.com/hook',
  description: 'Team chat',
  events: ['batch.completed'],
  active: true,
  created_at: at,
};
const delivery: WebhookDelivery = {
  id: 'delivery-1',
  webhook_id: 'hook-1',
  event: 'batch.completed',
  status: 'failed',
  failure: 'Given up after 10 attempts.',
  created_at: at,
  attempts: [
    { at, latency_ms: 31, response_status: 500, response_excerpt: 'no', error: 'The address replied 500.' },
  ],
};

function serve(hooks: () => Webhook[], deliveries: () => WebhookDelivery[] = () => []) {
  server.use(
    http.get('*/api/v1/webhooks', () => HttpResponse.json({ items: hooks() })),
    http.get('*/api/v1/webhooks/:id/deliveries', () => HttpResponse.json({ items: deliveries() })),
  );
}

describe('webhooks', () => {
  it('show why one was switched off, and are switched on again', async () => {
    let hook: Webhook = { ...webhook, active: false, disabled_reason: 'failing' };
    serve(() => [hook]);
    server.use(
      change('patch', '/webhooks/:id', () => {
        hook = webhook;
        return HttpResponse.json(hook);
      }),
    );
    const { user } = renderApp('/settings/webhooks');
    expect(await screen.findByText(/ten messages in a row could not be delivered/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Switch on' }));
    await waitFor(() => expect(screen.queryByText(/ten messages in a row/)).toBeNull());
  });

  it('list what was delivered with every attempt, and send it again', async () => {
    let shown = delivery;
    serve(
      () => [webhook],
      () => [shown],
    );
    server.use(
      change('post', '/webhooks/:id/deliveries/:delivery/redrive', () => {
        shown = { ...delivery, status: 'delivered', failure: null };
        return HttpResponse.json({ ...delivery, status: 'pending' }, { status: 202 });
      }),
    );
    const { user } = renderApp('/settings/webhooks');
    await user.click(await screen.findByRole('button', { name: 'Deliveries' }));
    const row = await screen.findByTestId('delivery');
    expect(within(row).getByText('Given up after 10 attempts.')).toBeInTheDocument();
    await user.click(within(row).getByText('1 attempt'));
    expect(within(row).getByText('The address replied 500.')).toBeInTheDocument();
    await user.click(within(row).getByRole('button', { name: /Send again/ }));
    expect(await within(row).findByText('Delivered')).toBeInTheDocument();
  });

  it('cannot be more than ten', async () => {
    serve(() => Array.from({ length: 10 }, (_, number) => ({ ...webhook, id: `hook-${number}` })));
    renderApp('/settings/webhooks');
    expect(await screen.findByText(/as many as one may have/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Add webhook' })).toBeDisabled();
  });
});
