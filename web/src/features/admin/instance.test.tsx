import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { aService } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const at = '2026-11-21T09:00:00Z';

describe('the health of a service', () => {
  it('is drawn from its calls, with the newest failures, and can be tested', async () => {
    world.services = [aService()];
    const stretches = [
      { at, completed: 0, failed: 0, mean_ms: null },
      { at: '2026-11-21T09:30:00Z', completed: 3, failed: 1, mean_ms: 2000 },
    ];
    const failures = [{ at, detail: 'overloaded: busy', kind: 'overloaded', said: 'busy' }];
    const health = { service_id: 'service-Aria', completed: 3, failed: 1, stretches, failures };
    let test: object | null = null;
    server.use(
      http.get('*/api/v1/admin/services/health', () => HttpResponse.json({ items: [{ ...health, test }] })),
      change('post', '/admin/services/:id/test', () => {
        test = { status: 'failed', detail: 'Nothing came in time.', took_ms: 3, created_at: at };
        return HttpResponse.json(test);
      }),
    );
    const { user } = renderApp('/admin/services');
    expect(await screen.findByRole('img', { name: /^3 of 4 calls answered/ })).toBeInTheDocument();
    expect(screen.getByText('75% of 4 calls answered')).toBeInTheDocument();
    expect(screen.getByText('2.0 s on average')).toBeInTheDocument();
    await user.click(screen.getByText('Newest failures'));
    expect(screen.getByText('The service is overloaded. It said: busy')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText('Nothing came in time.')).toBeInTheDocument();
  });

  it('models of an address are offered, or the reason why there are none', async () => {
    world.services = [];
    let known = false;
    server.use(
      change('post', '/admin/models', () =>
        known
          ? HttpResponse.json({ items: [{ model: 'tiny-1', context_window: 4096, max_output_tokens: null }] })
          : problem(422, 'validation', 'Not valid.', [{ field: 'base_url', message: 'Refused.' }]),
      ),
    );
    const { user } = renderApp('/admin/services');
    await user.click(await screen.findByRole('button', { name: 'Add service' }));
    await user.type(screen.getByLabelText('Address'), 'http://models.example');
    await user.click(screen.getByRole('button', { name: 'Find models at this address' }));
    expect(await screen.findByText(/Refused\./)).toBeInTheDocument();
    known = true;
    await user.click(screen.getByRole('button', { name: 'Find models at this address' }));
    await user.selectOptions(await screen.findByLabelText('1 model there'), 'tiny-1');
    expect(screen.getByLabelText('Model')).toHaveValue('tiny-1');
    expect(screen.getByLabelText('Name')).toHaveValue('tiny-1');
    expect(screen.getByLabelText('Context window (tokens)')).toHaveValue('4096');
  });
});

describe('keys of everybody', () => {
  const key = {
    id: 'key-1',
    service_type: 'anthropic',
    origin: 'https://models.example.com',
    service_names: ['Aria'],
    scope: 'user',
    last4: 'wxyz',
    status: 'untested',
    status_detail: null,
    created_at: at,
    last_used_at: null,
    tested_at: null,
  };

  it('are set for a user, tested and revoked', async () => {
    world.services = [aService({ requires_key: true })];
    const owner = { id: 'user-2', name: 'Bob', email: 'bob@example.com' };
    let keys: object[] = [];
    server.use(
      http.get('*/api/v1/admin/api-keys', () => HttpResponse.json({ items: keys })),
      http.get('*/api/v1/admin/users', () => HttpResponse.json({ items: [owner] })),
      change('post', '/admin/api-keys', () => {
        keys = [{ key, owner }];
        return HttpResponse.json(key, { status: 201 });
      }),
      change('post', '/admin/api-keys/:id/test', () =>
        problem(422, 'key_test_failed', 'Refused.', [{ field: 'key', message: 'Not known there.' }]),
      ),
      change('delete', '/admin/api-keys/:id', () => {
        keys = [];
        return new Response(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/admin/keys');
    expect(await screen.findByText('No keys yet')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Set a key' }));
    await screen.findByRole('option', { name: 'Bob (bob@example.com)' });
    await user.selectOptions(screen.getByLabelText('For'), 'user-2');
    await user.selectOptions(screen.getByLabelText('Service'), 'service-Aria');
    await user.type(screen.getByLabelText('Key'), 'sk-secret-wxyz');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    const row = within(await screen.findByTestId('owned-key'));
    expect(world.sent[0]?.body).toEqual({
      service_id: 'service-Aria',
      key: 'sk-secret-wxyz',
      user_id: 'user-2',
    });
    expect(row.getByText('Bob (bob@example.com)')).toBeInTheDocument();
    expect(document.body.textContent).not.toContain('sk-secret');
    await user.click(row.getByRole('button', { name: 'Test' }));
    expect(await row.findByText('Not known there.')).toBeInTheDocument();
    await user.click(row.getByRole('button', { name: 'Revoke' }));
    await user.click(row.getByRole('button', { name: 'Revoke for good' }));
    expect(await screen.findByText('No keys yet')).toBeInTheDocument();
  });
});

describe('the queue', () => {
  it('shows what failed, and starts it again or lets it go', async () => {
    const item = (id: string, kind: string) => ({
      id,
      kind,
      user_name: 'Ada',
      service_name: 'Aria',
      state: 'failed',
      attempt: 3,
      crash_count: 0,
      reason: 'overloaded',
      worker: null,
      created_at: at,
      due_at: at,
    });
    let items = [item('answer-1', 'answer'), item('job-1', 'rank_batch')];
    server.use(
      http.get('*/api/v1/admin/queue', () =>
        HttpResponse.json({
          counts: [
            { kind: 'answer', state: 'queued', count: 2 },
            { kind: 'rank_batch', state: 'dead', count: 1 },
          ],
          oldest_due_seconds: 12,
          oldest_expired_lease_seconds: 90,
          paused: [{ service_id: 'service-Aria', until: at, reason: 'overloaded' }],
        }),
      ),
      http.get('*/api/v1/admin/queue/items', ({ request }) =>
        HttpResponse.json({
          items: new URL(request.url).searchParams.get('standing') === 'set_aside' ? items : [],
          next_cursor: null,
        }),
      ),
      change('post', '/admin/queue/answers/:id/retry', ({ params }) => {
        items = items.filter((one) => one.id !== params.id);
        return new Response(null, { status: 204 });
      }),
      change('post', '/admin/queue/jobs/:id/discard', ({ params }) => {
        items = items.filter((one) => one.id !== params.id);
        return new Response(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/admin/queue');
    const rows = () => screen.getAllByTestId('queue-item');
    expect(await screen.findByText(/A worker has been silent/)).toBeInTheDocument();
    expect(screen.getByText(/Aria is left alone/)).toBeInTheDocument();
    expect(rows()[0]).toHaveTextContent('The service was overloaded.');
    await user.click(within(rows()[0] as HTMLElement).getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(rows()).toHaveLength(1));
    await user.click(within(rows()[0] as HTMLElement).getByRole('button', { name: 'Discard' }));
    expect(await screen.findByText('Nothing failed')).toBeInTheDocument();
    expect(world.sent.map((one) => one.path)).toEqual([
      '/admin/queue/answers/answer-1/retry',
      '/admin/queue/jobs/job-1/discard',
    ]);
    await user.click(screen.getByRole('button', { name: 'Waiting' }));
    expect(await screen.findByText('Nothing waits')).toBeInTheDocument();
  });
});

describe('settings of the instance', () => {
  const started = {
    registration: 'invite',
    judging_policy: 'cascade',
    context_mode: 'shared',
    message_chars: 8000,
    title_chars: 200,
    system_prompt_chars: 8000,
    services_per_message: 8,
    images_per_message: 4,
    image_kilobytes: 3584,
    image_megabytes_per_user: 500,
    first_token_seconds: 60,
    content_idle_seconds: 30,
    total_seconds: 300,
    batch_seconds: 330,
    calls_per_service: 384,
    calls_per_user: 384,
    deleted_kept_days: 30,
    closed_account_days: 7,
  };
  const report = (settings: object, changed: string[]) => ({
    settings: { ...started, ...settings },
    started,
    changed,
    ranges: [{ name: 'message_chars', min: 100, max: 200000 }],
    fixed: [{ name: 'server.port', value: '8000', source: 'command_line' }],
  });

  it('are changed, refused beside the field, and taken back', async () => {
    let now = report({}, []);
    server.use(
      http.get('*/api/v1/admin/settings', () => HttpResponse.json(now)),
      change('patch', '/admin/settings', ({ body }) => {
        const { set, reset } = body as { set?: Record<string, unknown>; reset?: string[] };
        if (set?.message_chars === 5)
          return problem(422, 'validation', 'Not valid.', [
            { field: 'message_chars', message: 'must be between 100 and 200000' },
          ]);
        now = reset ? report({}, []) : report(set ?? {}, Object.keys(set ?? {}));
        return HttpResponse.json(now);
      }),
    );
    const { user } = renderApp('/admin/settings');
    const longest = await screen.findByLabelText('Longest message (characters)');
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
    await user.clear(longest);
    await user.type(longest, 'many');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Enter a number.')).toBeInTheDocument();
    await user.clear(longest);
    await user.type(longest, '5');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('must be between 100 and 200000')).toBeInTheDocument();
    await user.clear(longest);
    await user.type(longest, '500');
    await user.selectOptions(screen.getByLabelText('Who may make an account'), 'open');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findAllByText('Changed')).toHaveLength(2);
    expect(world.sent.at(-1)?.body).toEqual({ set: { message_chars: 500, registration: 'open' } });
    await user.click(screen.getByRole('button', { name: 'Back to 8000' }));
    await waitFor(() => expect(longest).toHaveValue('8000'));
    expect(screen.getByRole('cell', { name: 'Command line' })).toBeInTheDocument();
  });
});

describe('the health of the instance', () => {
  it('counts what is to be mended', async () => {
    server.use(
      http.get('*/api/v1/admin/health', () =>
        HttpResponse.json({
          version: '1.0.0',
          findings: [
            { level: 'fine', words: 'the database answers' },
            { level: 'fault', words: 'the master key is missing' },
          ],
        }),
      ),
    );
    renderApp('/admin/health');
    expect(await screen.findByText('One thing to mend')).toBeInTheDocument();
    expect(screen.getByText('Fault:')).toBeInTheDocument();
  });
});
