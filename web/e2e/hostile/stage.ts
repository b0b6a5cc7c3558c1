import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type APIRequestContext, request } from '@playwright/test';
import { startQuorum } from '../quorum';

const account = { email: 'ada@example.com', password: 'correct horse battery' };
export interface Turn {
  conversation: string;
  batch: string;
  /** The answer that is a payload from end to end. */
  response: string;
}

export interface HostileStage {
  url: string;
  context: APIRequestContext;
  turns: Turn[];
  send: Send;
  /** Has a consensus written of a turn's answers; false when none came about. */
  makeConsensus(turn: Turn): Promise<boolean>;
  close(): Promise<void>;
}

type Send = <T>(method: 'post', path: string, data: object) => Promise<T>;
type Get = <T>(path: string) => Promise<T>;

interface Accepted {
  ai_request_batch: { id: string };
}

/** A simulator whose models, and whose judge, say nothing but payloads. */
async function startFleet(bin: string, payloads: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'quorum-hostile-'));
  const playbook = join(folder, 'hostile.jsonl');
  const scenes = payloads.map((payload, n) => ({
    question: `Question ${n}: ${payload}`,
    answers: {
      'demo-aria': said(`Answer ${n} of one.\n\n${payload}\n\nThat was all of answer ${n}.`, payload, 0.9),
      'demo-bolt': said(`Answer ${n} of two, which differs: ${payload}`, payload, 0.2),
    },
    agree: [payload],
    disagree: [{ point: payload, models: ['demo-aria'] }],
  }));
  writeFileSync(playbook, scenes.map((scene) => JSON.stringify(scene)).join('\n'));
  const process = spawn(bin, ['fleet', '--playbook', playbook], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [origin] = await new Promise<string[]>((resolve) =>
    createInterface(process.stdout).once('line', (line) => resolve([line.trim()])),
  );
  const close = () => {
    process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin: origin ?? '', questions: scenes.map((scene) => scene.question), close };
}

const said = (text: string, payload: string, quality: number) => ({
  text,
  summary: payload,
  reason: payload,
  quality,
});

/** A product of its own whose every answer, summary, reason, point, name and title is hostile. */
export async function openStage(bin: string, payloads: string[]): Promise<HostileStage> {
  const fleet = await startFleet(bin, payloads);
  const host = new URL(fleet.origin).host;
  const quorum = await startQuorum(bin, {
    QUORUM__DEMO__ENABLED: 'false',
    QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS: JSON.stringify([host]),
  });
  const context = await request.newContext({ baseURL: quorum.url });
  const markup = payloads[1]?.slice(0, 90) ?? '';
  const signedIn = await context.post('/api/v1/auth/register', { data: { ...account, name: markup } });
  const { csrf_token } = (await signedIn.json()) as { csrf_token: string };
  const send: Send = async (method, path, data) => {
    const reply = await context[method](`/api/v1${path}`, { data, headers: { 'X-CSRF-Token': csrf_token } });
    if (!reply.ok()) throw new Error(`${method} ${path}: ${reply.status()} ${await reply.text()}`);
    return reply.status() === 204 ? null : await reply.json();
  };
  const get: Get = async (path) => (await context.get(`/api/v1${path}`)).json();
  for (const [model, name, judge] of [
    ['demo-aria', payloads[1], false],
    ['demo-bolt', 'Bolt "><img src=x onerror=window.owned=1>', false],
    ['demo-judge', 'Judge <svg onload=window.owned=1>', true],
  ] as const) {
    const base_url = `${fleet.origin}/compatible/v1`;
    const kind = { service_type: 'openai_compatible', requires_key: false, judge, contestant: !judge };
    await send('post', '/admin/services', { name: (name ?? '').slice(0, 60), base_url, model, ...kind });
  }
  const turns = await askAll({ send, get }, fleet.questions);
  const close = async () => {
    await context.dispose();
    await quorum.stop();
    fleet.close();
  };
  const makeConsensus = async ({ batch }: Turn) => {
    await send('post', `/batches/${batch}/consensus`, {});
    for (;;) {
      const { consensuses } = await get<Batch>(`/batches/${batch}`);
      const status = consensuses.at(-1)?.response.status ?? '';
      if (['completed', 'failed', 'cancelled'].includes(status)) return status === 'completed';
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { url: quorum.url, context, turns, send, makeConsensus, close };
}

async function askAll({ send, get }: { send: Send; get: Get }, questions: string[]) {
  const asked: Pick<Turn, 'conversation' | 'batch'>[] = [];
  for (const content of questions) {
    const { id } = await send<{ id: string }>('post', '/conversations', { title: content.slice(0, 200) });
    const accepted = await send<Accepted>('post', `/conversations/${id}/messages`, { content });
    asked.push({ conversation: id, batch: accepted.ai_request_batch.id });
  }
  const turns: Turn[] = [];
  for (const turn of asked) turns.push({ ...turn, response: await finalAnswer(get, turn.batch) });
  return turns;
}

interface Batch {
  status: string;
  responses: { id: string; service_name: string }[];
  consensuses: { response: { status: string } }[];
}

/** Waits for the ranking and gives the first service's answer. */
async function finalAnswer(get: Get, batch: string): Promise<string> {
  for (;;) {
    const { status, responses } = await get<Batch>(`/batches/${batch}`);
    if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(status)) {
      const found = responses.find((response) => !response.service_name.startsWith('Bolt'));
      if (found) return found.id;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
