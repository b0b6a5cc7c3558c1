import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OwnAccount } from '@/generated/api';
import { chooseLanguage } from '@/i18n';
import { anAccount, session } from '@/test/fixtures';
import { renderApp } from '@/test/render-app';
import { change, problem, server, world } from '@/test/server';
import { openTranscripts } from './open-transcripts';

let account: OwnAccount;

beforeEach(() => {
  account = anAccount();
  server.use(http.get('*/api/v1/account', () => HttpResponse.json(account)));
});
afterEach(() => chooseLanguage('en'));

describe('the name', () => {
  it('shows before the server has answered, and is taken back where it refuses', async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      change('patch', '/account', async () => {
        await held;
        return problem(422, 'validation', 'Not valid.', [
          { field: 'name', code: 'bad_characters', message: 'must be on one line' },
        ]);
      }),
    );
    const { user } = renderApp('/settings/profile');
    const name = await screen.findByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Someone else');
    await user.click(screen.getByRole('button', { name: 'Save name' }));
    await waitFor(() => expect(screen.getByTestId('account-menu')).toHaveTextContent('Someone else'));
    answer();
    expect(await screen.findByText('must be on one line')).toBeInTheDocument();
    await waitFor(() => expect(screen.getByTestId('account-menu')).toHaveTextContent(session.user.name));
  });
});

describe('everything that is mine', () => {
  it('is saved once it is whole, and its size is said', async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    URL.createObjectURL = vi.fn(() => 'blob:here');
    URL.revokeObjectURL = vi.fn();
    server.use(
      http.get('*/api/v1/account/export', () =>
        HttpResponse.arrayBuffer(new Uint8Array(2_500_000).buffer, {
          headers: { 'content-disposition': 'attachment; filename="quorum-data-2026-11-21.zip"' },
        }),
      ),
    );
    const { user } = renderApp('/settings/data');
    expect(await screen.findByText('12 conversations, 1 image, about 2 MB')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Make the archive' }));
    expect(await screen.findByText(/saved among your downloads \(2.5 MB\)/)).toBeInTheDocument();
    expect(click).toHaveBeenCalledOnce();
    click.mockRestore();
  });

  it('says why the server refuses it', async () => {
    server.use(
      http.get('*/api/v1/account/export', () => problem(503, 'unavailable', 'The database is away.')),
    );
    const { user } = renderApp('/settings/data');
    await user.click(await screen.findByRole('button', { name: 'Make the archive' }));
    expect(await screen.findByText('The database is away.')).toBeInTheDocument();
  });
});

describe('closing the account', () => {
  it('without a password asks for a fresh sign-in where the last one is old', async () => {
    account = { ...account, has_password: false };
    const { user } = renderApp('/settings/data');
    await user.click(await screen.findByRole('button', { name: 'Close my account' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.queryByLabelText('Your password')).toBeNull();
    expect(dialog.getByRole('button', { name: 'Close my account' })).toBeDisabled();
    expect(dialog.getByRole('link', { name: 'Sign in again' })).toHaveAttribute(
      'href',
      '/api/v1/auth/oidc/start?again=true&next=%2Fsettings%2Fdata',
    );
  });

  it('without a password is confirmed by a sign-in of just now', async () => {
    account = { ...account, has_password: false, signed_in_just_now: true };
    const leaving = { ...session.user, leaving_at: '2126-11-28T09:00:00Z' };
    server.use(
      change('post', '/account/closing', () => {
        world.session = { ...session, user: leaving };
        return HttpResponse.json(leaving);
      }),
      change('delete', '/account/closing', () => {
        world.session = session;
        return HttpResponse.json(session.user);
      }),
    );
    const { user } = renderApp('/settings/data');
    await user.click(await screen.findByRole('button', { name: 'Close my account' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Close my account' }));
    expect(await screen.findByTestId('leaving-banner')).toHaveTextContent('Nov 28, 2126');
    expect(world.sent.at(-1)?.body).toEqual({});
    await user.click(screen.getByRole('button', { name: 'Keep my account' }));
    expect(await screen.findByRole('heading', { name: 'Your data' })).toBeInTheDocument();
  });

  it('elsewhere is noticed by the next request that is refused', async () => {
    const { user } = renderApp('/settings/data');
    await screen.findByRole('button', { name: 'Close my account' });
    world.session = { ...session, user: { ...session.user, leaving_at: '2126-11-28T09:00:00Z' } };
    server.use(
      http.get('*/api/v1/prompts', () => problem(403, 'account_closed', 'This account was closed.')),
    );
    await user.click(screen.getByRole('link', { name: 'Prompts' }));
    expect(await screen.findByTestId('leaving-banner')).toBeInTheDocument();
  });
});

describe('an address that is not called', () => {
  it('is explained in German', async () => {
    await chooseLanguage('de');
    const { fieldFaultText } = await import('@/app/fault-words');
    const fault = { field: 'base_url', code: 'address_not_allowed', message: 'English' } as const;
    expect(fieldFaultText({ ...fault, params: { why: 'private' } })).toMatch(/privaten Netz/);
    expect(fieldFaultText({ ...fault, params: { why: 'of a newer server' } })).toBe(
      'wird nicht angesprochen: English',
    );
  });
});

describe('a file to bring in', () => {
  const all = async (file: File) => {
    const found = [];
    for await (const one of openTranscripts(file)) found.push(one);
    return found;
  };
  const said = (title: string) => ({
    format: 'quorum.conversation',
    version: 1,
    title,
    turns: [{ content: `“${title}”`, answers: [] }],
  });
  const zipped = async (files: Record<string, string>) => {
    const { TextReader, Uint8ArrayWriter, ZipWriter, configure } = await import('@zip.js/zip.js');
    configure({ useWebWorkers: false });
    const writer = new ZipWriter(new Uint8ArrayWriter());
    for (const [name, text] of Object.entries(files)) await writer.add(name, new TextReader(text));
    return new File([await writer.close()], 'archive.zip');
  };

  it('may be Quorum’s own archive, read line by line', async () => {
    const empty = { ...said('Nothing'), turns: [] };
    const lines = [said('Ärger'), empty, said('Two')].map((one) => JSON.stringify(one)).join(',\n');
    const file = await zipped({ 'profile.json': '{}', 'conversations.json': `[\n${lines}\n]\n` });
    const found = await all(file);
    expect(found.map((one) => [one.transcript.title, one.all])).toEqual([
      ['Ärger', null],
      ['Two', null],
    ]);
    expect(found.at(-1)?.share).toBeGreaterThan(0);
  });

  it('may be an archive of ChatGPT’s, or a list', async () => {
    const list = JSON.stringify([said('One'), said('Two')]);
    expect((await all(await zipped({ 'export/conversations.json': list }))).map((one) => one.all)).toEqual([
      2, 2,
    ]);
    expect(await all(new File([list], 'list.json'))).toHaveLength(2);
  });

  it('is refused where it is neither', async () => {
    await expect(all(new File(['{"a": 1}'], 'a.json'))).rejects.toThrow();
    await expect(all(await zipped({ 'other.txt': 'a' }))).rejects.toThrow();
  });
});
