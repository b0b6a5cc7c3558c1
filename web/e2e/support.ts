import { fileURLToPath } from 'node:url';
import {
  type APIRequestContext,
  test as base,
  expect,
  type Locator,
  type Page,
  request,
} from '@playwright/test';

export const admin = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
export const signedInState = fileURLToPath(new URL('../test-results/.session.json', import.meta.url));

export const questions = {
  index: 'Which index suits an append-only table that is mostly read by time range?',
  loan: 'How is the monthly payment of a fixed-rate loan calculated? Show the formula.',
  udp: 'Compare TCP and UDP for a multiplayer game in a table and recommend one.',
  code: 'Write a Python function that returns the second largest distinct value in a list.',
};

interface ServiceBrief {
  id: string;
  name: string;
  model: string;
  origin: string;
  contestant: boolean;
  demo: boolean;
}

/** The API as the signed-in administrator. */
export class Api {
  private readonly made: ServiceBrief[] = [];

  private constructor(
    private readonly context: APIRequestContext,
    private readonly token: string,
  ) {}

  static async open(url: string): Promise<Api> {
    const context = await request.newContext({ baseURL: url, storageState: signedInState });
    const session = (await (await context.get('/api/v1/auth/me')).json()) as { csrf_token: string };
    return new Api(context, session.csrf_token);
  }

  async get<T>(path: string): Promise<T> {
    return (await this.context.get(`/api/v1${path}`)).json() as Promise<T>;
  }

  async send<T>(method: 'post' | 'put' | 'patch' | 'delete', path: string, data?: object): Promise<T> {
    const reply = await this.context[method](`/api/v1${path}`, {
      data,
      headers: { 'X-CSRF-Token': this.token },
    });
    expect(reply.status(), `${method} ${path}: ${await reply.text()}`).toBeLessThan(300);
    return (reply.status() === 204 ? null : await reply.json()) as T;
  }

  async services(): Promise<ServiceBrief[]> {
    return (await this.get<{ items: ServiceBrief[] }>('/services')).items;
  }

  async demoServices(): Promise<ServiceBrief[]> {
    return (await this.services()).filter((service) => service.demo && service.contestant);
  }

  /** A service of the rehearsal with a behaviour, by its model name; see the rehearsal's own list. */
  async addService(name: string, model: string, extra: object = {}): Promise<ServiceBrief> {
    const [known] = await this.demoServices();
    const service = await this.send<ServiceBrief>('post', '/admin/services', {
      name,
      service_type: 'openai_compatible',
      base_url: `${known?.origin}/compatible/v1`,
      model,
      requires_key: false,
      judge: false,
      ...extra,
    });
    this.made.push(service);
    return service;
  }

  /** An empty conversation that asks exactly these services. */
  conversation(settings: object = {}): Promise<{ id: string }> {
    return this.send<{ id: string }>('post', '/conversations', settings);
  }

  /** An empty conversation whose services write slowly enough to be watched. */
  async pacedConversation(): Promise<{ id: string }> {
    const made = await Promise.all(
      ['Aria', 'Bolt', 'Cedar'].map((name) =>
        this.addService(`Slow ${name}`, `demo-${name.toLowerCase()}+slow300+tps30`),
      ),
    );
    return this.conversation({ service_ids: made.map((service) => service.id) });
  }

  /** Services and keys made for one test are not used by the next. */
  async close(): Promise<void> {
    for (const service of this.made) {
      await this.send('patch', `/admin/services/${service.id}`, { active: false });
    }
    const keys = await this.get<{ items: { id: string; scope: string }[] }>('/api-keys');
    for (const key of keys.items) {
      if (key.scope === 'user') await this.send('delete', `/api-keys/${key.id}`);
    }
    await this.context.dispose();
  }
}

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
