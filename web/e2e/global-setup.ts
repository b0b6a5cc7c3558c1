import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { request } from '@playwright/test';
import { type RunningQuorum, startQuorum, waitUntilReady } from './quorum';
import { Api, admin, signedInState } from './support';

/** A server with an administrator, whose session the specs share. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const bin = process.env.QUORUM_BIN;
  const started: RunningQuorum | null = bin ? await startQuorum(bin) : null;
  if (started) process.env.QUORUM_URL = started.url;
  const url = process.env.QUORUM_URL;
  if (!url) throw new Error('Set QUORUM_URL to a running server, or QUORUM_BIN to the binary.');
  await waitUntilReady(url);

  const context = await request.newContext({ baseURL: url });
  const made = await context.post('/api/v1/auth/register', { data: admin });
  if (!made.ok()) {
    const known = await context.post('/api/v1/auth/login', {
      data: { email: admin.email, password: admin.password },
    });
    if (!known.ok()) throw new Error(`The server at ${url} is not a fresh one: ${await known.text()}`);
  }
  mkdirSync(dirname(signedInState), { recursive: true });
  await context.storageState({ path: signedInState });
  await context.dispose();
  await quicken(url);
  return async () => started?.stop();
}

/** The rehearsal answers faster than a reader could follow; specs that watch text come in ask for a pace. */
async function quicken(url: string): Promise<void> {
  const api = await Api.open(url);
  for (const service of await api.services()) {
    if (!service.demo || service.model.includes('+')) continue;
    await api.send('patch', `/admin/services/${service.id}`, { model: `${service.model}+slow30+tps900` });
  }
}
