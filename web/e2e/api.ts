import { fileURLToPath } from 'node:url';
import { type APIRequestContext, expect, request } from '@playwright/test';

export const admin = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
export const signedInState = fileURLToPath(new URL('../test-results/.session.json', import.meta.url));

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

  /** A conversation of short turns, asked one after the other of a service that answers at once. */
  async quickConversation(turns: number): Promise<string> {
    const echo = await this.addService('Echo', 'echo');
    const { id } = await this.conversation({ service_ids: [echo.id], judging_policy: 'off' });
    for (let turn = 1; turn <= turns; turn += 1)
      await this.send('post', `/conversations/${id}/messages`, { content: `Turn ${turn}.` });
    return id;
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
