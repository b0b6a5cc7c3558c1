import { screen, waitFor } from '@testing-library/react';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';
import { aConversation } from '@/test/turn-fixtures';

const aPrompt = (name: string, content: string) => ({
  id: `prompt-${name}`,
  name,
  content,
  created_at: '2026-11-21T09:00:00Z',
  updated_at: '2026-11-21T09:00:00Z',
});

describe('prompts', () => {
  it('are kept, and a name that is taken is said so', async () => {
    let taken = true;
    server.use(
      change('post', '/prompts', ({ body }) => {
        if (taken) {
          taken = false;
          return problem(409, 'conflict', 'You have a prompt of that name.');
        }
        const { name, content } = body as { name: string; content: string };
        world.prompts = [aPrompt(name, content)];
        return HttpResponse.json(world.prompts[0], { status: 201 });
      }),
      change('delete', '/prompts/:id', () => {
        world.prompts = [];
        return new Response(null, { status: 204 });
      }),
    );
    const { user } = renderApp('/settings/prompts');
    expect(await screen.findByText('No prompts yet')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'New prompt' }));
    await user.type(screen.getByLabelText('Name'), 'two words');
    await user.type(screen.getByLabelText('Text'), 'Be brief.');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Use letters, digits, - and _ only.')).toBeInTheDocument();
    await user.clear(screen.getByLabelText('Name'));
    await user.type(screen.getByLabelText('Name'), 'brief');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('You have a prompt of that name.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('/brief')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(await screen.findByText('No prompts yet')).toBeInTheDocument();
  });

  it('come into the composer by a slash and their name, by keys alone', async () => {
    world.prompts = [aPrompt('brief', 'Be brief:'), aPrompt('translate', 'Translate:')];
    const { user } = renderApp('/c/conversation-1');
    const composer = await screen.findByRole('textbox', { name: 'Message' });
    await user.type(composer, '/');
    expect(await screen.findByRole('option', { name: /\/brief/ })).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('option', { name: /\/translate/ })).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{Enter}');
    expect(composer).toHaveValue('Translate:');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(world.sent).toEqual([]);
    await user.clear(composer);
    await user.type(composer, '/bri');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(composer).toHaveValue('/bri');
  });
});

describe('your data', () => {
  it('is brought in from a file, conversation by conversation', async () => {
    let count = 0;
    server.use(
      change('post', '/conversations/import', ({ body }) => {
        count += 1;
        if (count === 2) return problem(413, 'payload_too_large', 'The body is larger than 1 MB.');
        const { title } = body as { title: string };
        return HttpResponse.json(aConversation({ id: `brought-${count}`, title }), { status: 201 });
      }),
    );
    const { user } = renderApp('/settings/data');
    const input = await screen.findByLabelText('Choose a file');
    const one = { format: 'quorum.conversation', version: 1, title: 'Trip', turns: [{ content: 'Q' }] };
    await user.upload(input, new File(['{"some": "json"}'], 'x.json', { type: 'application/json' }));
    expect(await screen.findByText(/This is not a file/)).toBeInTheDocument();
    const file = new File([JSON.stringify([one, one])], 'all.json', { type: 'application/json' });
    await user.upload(input, file);
    expect(await screen.findByText('1 conversation brought in')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Trip' })).toHaveAttribute('href', '/c/brought-1');
    await waitFor(() => expect(screen.getByText(/1 could not be brought in/)).toHaveTextContent('1 MB'));
  });
});
