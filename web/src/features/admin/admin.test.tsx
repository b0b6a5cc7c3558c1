import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { aService, session } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';
import { readPresets } from './presets';
import { formValues, toDraft } from './service-draft';

describe('the administration', () => {
  it('is for administrators', async () => {
    world.session = { ...session, user: { ...session.user, role: 'user' } };
    renderApp('/admin');
    expect(await screen.findByText(/Only an administrator/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Add service' })).toBeNull();
  });

  it('has no section of an unknown name', async () => {
    renderApp('/admin/nothing');
    expect(await screen.findByText('Nothing here')).toBeInTheDocument();
  });
});

describe('services', () => {
  const presets = {
    priced_on: '2026-11-21',
    items: [
      {
        service_type: 'gemini',
        label: 'Google',
        base_url: 'https://g.example',
        models: [
          {
            model: 'g-pro',
            context_window: 1000,
            max_output_tokens: 100,
            vision: true,
            input_price_micro_usd: 1_250_000,
            cached_input_price_micro_usd: 0,
            output_price_micro_usd: 10_000_000,
          },
        ],
      },
    ],
  };

  it('are made from a preset, with prices in micro-USD', async () => {
    server.use(
      http.get('*/api/v1/admin/service-presets', () => HttpResponse.json(presets)),
      change('post', '/admin/services', ({ body }) =>
        HttpResponse.json(aService(body as object), { status: 201 }),
      ),
    );
    const { user } = renderApp('/admin/services');
    await user.click(await screen.findByRole('button', { name: 'Add service' }));
    await user.selectOptions(await screen.findByLabelText('Start from'), '0:0');
    expect(screen.getByLabelText('Input price (USD)')).toHaveValue('1.25');
    const price = screen.getByLabelText('Input price (USD)');
    await user.clear(price);
    await user.type(price, 'cheap');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Enter a number.')).toBeInTheDocument();
    await user.clear(price);
    await user.type(price, '1,5');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(world.sent[0]?.body).toMatchObject({
        name: 'g-pro',
        service_type: 'gemini',
        model: 'g-pro',
        context_window: 1000,
        input_price_micro_usd: 1_500_000,
      }),
    );
  });

  it('are edited, switched off and deleted', async () => {
    world.services = [aService({ tiny: true, judge: true })];
    server.use(
      change('patch', '/admin/services/:id', ({ body }) => {
        world.services = world.services.map((service) => ({ ...service, ...(body as object) }));
        return HttpResponse.json(world.services[0]);
      }),
      change('delete', '/admin/services/:id', () => {
        world.services = [];
        return new Response(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/admin/services');
    const row = () => within(screen.getByTestId('service'));
    await screen.findByTestId('service');
    await user.click(row().getByRole('button', { name: 'Edit' }));
    const name = screen.getByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Aria two');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Aria two')).toBeInTheDocument();
    await user.click(row().getByRole('button', { name: 'Switch off' }));
    expect(await row().findByText('Off')).toBeInTheDocument();
    await user.click(row().getByRole('button', { name: 'Delete' }));
    await user.click(row().getByRole('button', { name: 'Delete for good' }));
    expect(await screen.findByText('No services yet')).toBeInTheDocument();
  });

  it('show what the server says about a field beside it', async () => {
    server.use(
      change('post', '/admin/services', () =>
        problem(422, 'validation', 'Not valid.', [
          { field: 'base_url', message: 'This host is not allowed.' },
        ]),
      ),
    );
    const { user } = renderApp('/admin/services');
    await user.click(await screen.findByRole('button', { name: 'Add service' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Enter a name.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Name'), 'X');
    await user.type(screen.getByLabelText('Address'), 'http://inside.example');
    await user.type(screen.getByLabelText('Model'), 'm');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('This host is not allowed.')).toBeInTheDocument();
    expect(screen.getByLabelText('Address')).toHaveAttribute('aria-invalid', 'true');
  });

  it('go through the form unchanged', () => {
    const service = aService({ temperature: 0.7, reasoning_effort: 'high' });
    expect(toDraft(formValues(service))).toMatchObject({
      input_price_micro_usd: service.input_price_micro_usd,
      output_price_micro_usd: service.output_price_micro_usd,
      temperature: 0.7,
      reasoning_effort: 'high',
    });
    expect(toDraft(formValues(undefined)).max_output_tokens).toBeUndefined();
  });

  it('ignore a price table of a form they do not know', () => {
    expect(readPresets({ items: 'none' })).toBeNull();
    expect(readPresets(presets)?.items).toHaveLength(1);
  });
});
