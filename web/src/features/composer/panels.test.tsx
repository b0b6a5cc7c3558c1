import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';

const aPanel = (name: string, service_ids: string[]) => ({
  id: `panel-${name}`,
  name,
  slug: name.toLowerCase(),
  service_ids,
  created_at: '2026-11-21T09:00:00Z',
  updated_at: '2026-11-21T09:00:00Z',
});

const [aria, bolt] = ['service-Aria', 'service-Bolt'];

async function opened() {
  const app = renderApp('/c/conversation-1');
  const chip = await screen.findByTestId('services-chip');
  await waitFor(() => expect(chip).not.toHaveTextContent('…'));
  return { ...app, chip };
}

describe('panels', () => {
  it('are chosen in one click, and the chip shows which one is asked', async () => {
    world.panels = [aPanel('Pair', [aria, bolt])];
    const { user, chip } = await opened();
    expect(chip).toHaveTextContent('3 services');
    await user.click(chip);
    const choice = await screen.findByRole('menuitemradio', { name: /Pair/ });
    expect(choice).toHaveTextContent('Aria, Bolt');
    await user.click(choice);
    await waitFor(() => expect(chip).toHaveTextContent('Pair'));
    const sent = world.sent.find((request) => request.path === '/conversations/conversation-1');
    expect(sent?.body).toEqual({ service_ids: [aria, bolt] });
  });

  it('are saved, renamed and let go of, and a name that is taken is said so', async () => {
    server.use(
      change('post', '/panels', ({ body }) => {
        const { name, service_ids } = body as { name: string; service_ids: string[] };
        if (name === 'Taken') return problem(409, 'conflict', 'You have a panel of that name.');
        world.panels = [aPanel(name, service_ids)];
        return HttpResponse.json(world.panels[0], { status: 201 });
      }),
      change('patch', '/panels/:id', ({ body }) => {
        world.panels = world.panels.map((panel) => ({ ...panel, ...(body as object) }));
        return HttpResponse.json(world.panels[0]);
      }),
      change('delete', '/panels/:id', () => {
        world.panels = [];
        return new Response(null, { status: 204 });
      }),
    );
    const { user, chip } = await opened();
    await user.click(chip);
    await user.click(await screen.findByRole('menuitem', { name: /Save these services as a panel/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Panels' });
    const here = within(dialog);
    expect(here.getByText('Aria, Bolt, Cedar')).toBeInTheDocument();
    await user.click(here.getByRole('button', { name: 'Save as a panel' }));
    expect(here.getByText('Enter a name.')).toBeInTheDocument();
    await user.type(here.getByLabelText('Name'), 'Taken{Enter}');
    expect(await here.findByText('You have a panel of that name.')).toBeInTheDocument();
    await user.clear(here.getByLabelText('Name'));
    await user.type(here.getByLabelText('Name'), 'All{Enter}');
    expect(await here.findByText('quorum:all')).toBeInTheDocument();
    expect(here.getByText(/saved as All/)).toBeInTheDocument();
    expect(world.sent.filter((request) => request.path.endsWith('/messages'))).toHaveLength(0);
    await user.click(here.getByRole('button', { name: 'Rename All' }));
    const field = here.getAllByLabelText('Name')[1] as HTMLElement;
    await user.clear(field);
    await user.type(field, 'Everybody{Enter}');
    expect(await here.findByText('Everybody')).toBeInTheDocument();
    await user.click(here.getByRole('button', { name: 'Delete Everybody' }));
    expect(await here.findByText(/No panels yet/)).toBeInTheDocument();
    await user.click(here.getByRole('button', { name: 'Undo' }));
    expect(await here.findByText('quorum:everybody')).toBeInTheDocument();
  });
});
