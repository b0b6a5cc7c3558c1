import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { Api, signedInState } from './api';

export { Api, admin, signedInState } from './api';

export const questions = {
  index: 'Which index suits an append-only table that is mostly read by time range?',
  loan: 'How is the monthly payment of a fixed-rate loan calculated? Show the formula.',
  udp: 'Compare TCP and UDP for a multiplayer game in a table and recommend one.',
  code: 'Write a Python function that returns the second largest distinct value in a list.',
};

interface Fixtures {
  api: Api;
  home: string;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: the form the fixture needs
  baseURL: async ({}, use) => use(process.env.QUORUM_URL),
  storageState: signedInState,
  home: async ({ baseURL }, use) => use(baseURL ?? ''),
  api: async ({ baseURL }, use) => {
    const api = await Api.open(baseURL ?? '');
    await use(api);
    await api.close();
  },
});

export { expectAccessible } from './accessible';
export { expect };

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
export const cards = (page: Page): Locator => page.locator('[data-turn]').last().locator('[data-card]');
export const card = (page: Page, name: string): Locator =>
  page
    .locator('[data-turn]')
    .last()
    .locator('[data-card]')
    .filter({ has: page.getByText(name, { exact: true }) });
export const batchLine = (page: Page): Locator => page.getByTestId('batch-line').last();

export async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question);
  await composer(page).press('Enter');
  await expect(page.getByTestId('question').last()).toHaveText(question);
}

export async function ranked(page: Page): Promise<void> {
  await expect(batchLine(page)).toContainText(/ranked by \d+ of \d+ judges?/, { timeout: 30_000 });
  // Cards come to rest in the order of their ranks once nobody is among them.
  await expect(cards(page).first()).toBeVisible();
}

/** Asks in a new conversation and waits for the ranking. */
export async function askAndRank(page: Page, question: string): Promise<void> {
  await page.goto('/');
  await ask(page, question);
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]+/);
  await ranked(page);
}

/** Has the page load anew, and every answer in it be this text. */
export async function answersRead(page: Page, text: string): Promise<void> {
  await page.route('**/api/v1/responses/*', async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, json: { ...(await reply.json()), expanded_content: text } });
  });
  await page.reload();
}

export const isPhone = (page: Page): boolean => (page.viewportSize()?.width ?? 0) < 600;

/** The conversation list: beside the page, or in a drawer on a phone. */
export async function openSidebar(page: Page): Promise<Locator> {
  if (isPhone(page)) {
    const list = page.getByRole('dialog', { name: 'Conversations' });
    if (!(await list.isVisible()))
      await page.getByRole('button', { name: 'Open the conversation list' }).click();
    await expect(list).toBeVisible();
    return list;
  }
  return page.getByRole('navigation', { name: 'Conversations' });
}
