import { test as base, expect, type Page } from '@playwright/test';
import { type Canary, startCanary } from './canary';
import { payloads } from './payloads';
import { type HostileStage, openStage, type Turn } from './stage';

interface Shared {
  /** What the models say, given the address that must never be asked. */
  corpus: (canary: string) => string[];
  canary: Canary;
  stage: HostileStage;
}

/** One product for all tests here; the page's own protection by header is off, so that the cleaning stands alone. */
export const test = base.extend<{ watched: Watched }, Shared>({
  // biome-ignore lint/correctness/noEmptyPattern: the form the fixture needs
  corpus: [async ({}, use) => use(payloads), { scope: 'worker' }],
  canary: [
    // biome-ignore lint/correctness/noEmptyPattern: the form the fixture needs
    async ({}, use) => {
      const canary = await startCanary();
      await use(canary);
      canary.close();
    },
    { scope: 'worker' },
  ],
  stage: [
    async ({ canary, corpus }, use) => {
      const bin = process.env.QUORUM_BIN;
      if (!bin) throw new Error('Set QUORUM_BIN: the answers need a simulator of their own.');
      const stage = await openStage(bin, corpus(canary.origin));
      await use(stage);
      await stage.close();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ stage }, use) => use(stage.url),
  storageState: async ({ stage }, use) => use(await stage.context.storageState()),
  bypassCSP: true,
  // A recording of 140 hostile answers would take longer than the answers.
  trace: 'off',
  watched: async ({ page, stage, canary }, use) => {
    const watched = await watch(page, stage.url);
    await use(watched);
    expect(watched.dialogs, 'dialogs').toEqual([]);
    expect(
      watched.requests.filter((url) => !url.startsWith('about:')),
      'requests to elsewhere',
    ).toEqual([]);
    expect(canary.asked, 'requests that reached the canary').toEqual([]);
    expect(await page.evaluate(() => 'owned' in window), 'a script ran').toBe(false);
  },
});

interface Watched {
  dialogs: string[];
  requests: string[];
}

/** Notes every dialog and every request that leaves the page's own origin, whether or not it arrives. */
export async function watch(page: Page, home: string): Promise<Watched> {
  const watched: Watched = { dialogs: [], requests: [] };
  page.on('dialog', async (dialog) => {
    watched.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    // What a data: address draws is part of the page; only its own stylesheet and fonts have one.
    if (!url.startsWith(home) && !/^(data:(font|image\/svg\+xml;utf8)|blob:)/.test(url))
      watched.requests.push(url);
  });
  return watched;
}

/** Goes to another address of the page without loading the page again. */
export async function move(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}

export async function openAnswer(page: Page, turn: Turn, number: number): Promise<void> {
  await move(page, `/c/${turn.conversation}?open=${turn.response}`);
  await expect(page.getByTestId('expanded-answer')).toContainText(`That was all of answer ${number}.`);
}

/** What no answer may leave in the page, whatever it is made of. */
export const dangerous = () => {
  const found: string[] = [];
  for (const node of document.querySelectorAll('#root *, [role="dialog"] *')) {
    const name = node.tagName.toLowerCase();
    if (/^(script|iframe|object|embed|base|meta|link|style|video|audio|form|template)$/.test(name)) {
      if (name !== 'form' || node.closest('[data-testid="expanded-answer"]')) found.push(name);
    }
    for (const { name: attribute, value } of node.attributes) {
      if (attribute.startsWith('on') || /^\s*(javascript|vbscript|data:text)/i.test(value))
        found.push(`${name} ${attribute}=${value}`);
      if (/^(src|srcset|poster|background|ping|action|data)$/.test(attribute) && value.includes('payload-'))
        found.push(`${name} ${attribute}=${value}`);
      if (attribute === 'style' && /url\(|fixed/i.test(value)) found.push(`${name} style=${value}`);
    }
  }
  return found;
};

export { expect };
