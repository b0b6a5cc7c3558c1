import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { aService } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';
import { aMessage, anAttachment } from '@/test/turn-fixtures';

const file = (name: string, type = 'image/png', size = 20) => new File(['x'.repeat(size)], name, { type });
let uploads: string[] = [];

/** jsdom reads no images. */
function readsImages(yes: boolean): void {
  const picture = { width: 640, height: 480, close: () => undefined };
  globalThis.createImageBitmap = () =>
    yes ? Promise.resolve(picture) : Promise.reject(new Error('no image'));
}

beforeEach(() => {
  uploads = [];
  readsImages(true);
  URL.createObjectURL = () => 'blob:preview';
  URL.revokeObjectURL = () => undefined;
  server.use(
    http.post('*/api/v1/attachments', ({ request }) => {
      const name = new URL(request.url).searchParams.get('name') ?? '';
      uploads.push(name);
      return HttpResponse.json(anAttachment({ id: `image-${uploads.length}`, name }), { status: 201 });
    }),
    change('delete', '/attachments/:id', () => new HttpResponse(null, { status: 204 })),
  );
});

async function opened() {
  const app = renderApp('/c/conversation-1');
  const composer = await screen.findByRole('textbox', { name: 'Message' });
  await screen.findByRole('button', { name: 'Add images' });
  return { ...app, composer };
}
const tray = () => screen.findByTestId('image-tray');
const pasted = (files: File[], text = '') => ({ clipboardData: { files, getData: () => text } });

describe('images of a message', () => {
  it('are pasted, sent with the text, and gone from the composer afterwards', async () => {
    const { user, composer } = await opened();
    fireEvent.paste(composer, pasted([file('plan.png')]));
    expect(await within(await tray()).findByRole('button', { name: 'Remove plan.png' })).toBeVisible();
    await waitFor(() => expect(uploads).toEqual(['plan.png']));
    await user.type(composer, 'What is this?{Enter}');
    await waitFor(() => expect(screen.queryByTestId('image-tray')).toBeNull());
    const post = world.sent.find((request) => request.path.endsWith('/messages'));
    expect(post?.body).toEqual({
      content: 'What is this?',
      trigger_ai_responses: true,
      attachments: ['image-1'],
    });
  });

  it('are not taken from a text that brings a picture of itself', async () => {
    const { composer } = await opened();
    fireEvent.paste(composer, pasted([file('picture-of-text.png')], 'The text itself'));
    expect(screen.queryByTestId('image-tray')).toBeNull();
  });

  it('say beforehand who gets the text only', async () => {
    world.services = [
      aService({ name: 'Aria', vision: true }),
      aService({ name: 'Bolt' }),
      aService({ name: 'Cedar', vision: true }),
    ];
    const { composer } = await opened();
    fireEvent.paste(composer, pasted([file('plan.png')]));
    expect(await screen.findByTestId('who-sees')).toHaveTextContent(
      'Bolt takes no images and gets the text only.',
    );
  });

  it('are refused in words where they are no images, too many, or not taken by the server', async () => {
    const { composer } = await opened();
    readsImages(false);
    fireEvent.paste(composer, pasted([file('broken.png')]));
    expect(
      await within(await tray()).findByText(/broken.png is no image that can be read here/),
    ).toBeVisible();
    readsImages(true);
    server.use(
      http.post('*/api/v1/attachments', () =>
        problem(422, 'validation', 'Not valid.', [
          { field: 'image', message: 'your images would take more than 500 MB' },
        ]),
      ),
    );
    fireEvent.paste(composer, pasted([file('one-more.png')]));
    expect(await within(await tray()).findByText('your images would take more than 500 MB')).toBeVisible();
  });

  it('are taken away again, here and on the server', async () => {
    const { user, composer } = await opened();
    fireEvent.paste(composer, pasted([file('plan.png')]));
    await waitFor(() => expect(uploads).toHaveLength(1));
    await user.click(await screen.findByRole('button', { name: 'Remove plan.png' }));
    expect(screen.queryByTestId('image-tray')).toBeNull();
    await waitFor(() => expect(world.sent.map((one) => one.path)).toContain('/attachments/image-1'));
  });

  it('are taken where they are dropped, and the page is not left for them', async () => {
    const { composer } = await opened();
    const data = { dataTransfer: { types: ['Files'], files: [file('dropped.png')] } };
    expect(fireEvent.dragOver(composer, data)).toBe(false);
    expect(await screen.findByText('Drop images here to send them with your message')).toBeVisible();
    fireEvent.drop(composer, data);
    await waitFor(() => expect(uploads).toEqual(['dropped.png']));
    expect(screen.queryByText('Drop images here to send them with your message')).toBeNull();
  });

  it('stand under their question, open in full, and are marked on answers that did not see them', async () => {
    world.services = [aService({ name: 'Aria', vision: true }), aService({ name: 'Bolt' })];
    world.messages = [aMessage({ attachments: [anAttachment()] })];
    const { user } = renderApp('/c/conversation-1');
    await user.click(await screen.findByRole('button', { name: 'Open map.png' }));
    expect(await screen.findByRole('img', { name: 'map.png' })).toHaveAttribute(
      'src',
      '/api/v1/attachments/image-1',
    );
    await user.keyboard('{Escape}');
    const marked = await screen.findAllByRole('button', { name: 'Text only' });
    expect(marked.length).toBeGreaterThanOrEqual(1);
  });
});
