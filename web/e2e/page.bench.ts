import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { type Api, ask, composer, expect, questions, test } from './support';

const TURNS = 1000;

/** What kept the page busy: times of long tasks, and of script in each long frame, in milliseconds. */
interface Busy {
  tasks: number[];
  scripts: number[];
}

async function watchBusy(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const busy: Busy = { tasks: [], scripts: [] };
    Object.assign(window, { busy });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) busy.tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { scripts } = entry as unknown as { scripts: { duration: number }[] };
        busy.scripts.push(scripts.reduce((sum, script) => sum + script.duration, 0));
      }
    }).observe({ type: 'long-animation-frame' });
  });
}

/** The longest of each since the last look. */
async function longest(page: Page): Promise<{ task: number; script: number }> {
  const busy = await page.evaluate(() => {
    const { busy } = window as unknown as { busy: Busy };
    return { tasks: busy.tasks.splice(0), scripts: busy.scripts.splice(0) };
  });
  return { task: Math.max(0, ...busy.tasks), script: Math.max(0, ...busy.scripts) };
}

function figure(name: string, measured: string, goal: string): void {
  test.info().annotations.push({ type: name, description: `${measured} | ${goal}` });
}

const ms = (time: number, floor: number): string =>
  time === 0 ? `under ${floor} ms` : `${Math.round(time)} ms`;

test('the first load', async ({ page }) => {
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body());
  });
  const begun = Date.now();
  await page.goto('/');
  await expect(composer(page)).toBeVisible();
  const shown = Date.now() - begun;
  await page.waitForLoadState('networkidle');
  const bodies = await Promise.all(scripts);
  const total = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  figure('script before the first answer, compressed', `${Math.round(total / 1024)} KB`, '250 KB');
  figure('from the address to the composer', `${shown} ms`, '');
});

test('three streams of a hundred tokens a second', async ({ page, api }) => {
  await watchBusy(page);
  const made = await Promise.all(
    ['aria', 'bolt', 'cedar'].map((name) => api.addService(`Fast ${name}`, `demo-${name}+slow300+tps100`)),
  );
  const { id } = await api.conversation({ service_ids: made.map((one) => one.id), judging_policy: 'off' });
  await page.goto(`/c/${id}`);
  await expect(composer(page)).toBeVisible();
  await page.waitForLoadState('networkidle');
  await longest(page);
  await ask(page, questions.code);
  await expect(page.locator('[data-turn]').last().getByText('3 of 3', { exact: false }).first()).toBeVisible({
    timeout: 60_000,
  });
  const { script } = await longest(page);
  figure('longest script in a frame while three answers stream', ms(script, 50), '50 ms');
});

async function longConversation(api: Api): Promise<string> {
  const echo = await api.addService('Echo', 'echo');
  const { id } = await api.conversation({ service_ids: [echo.id], judging_policy: 'off' });
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await api.send('post', `/conversations/${id}/messages`, {
      content: `Turn ${turn}: what is to be said of the number ${turn}?`,
      trigger_ai_responses: true,
    });
  }
  return id;
}

test('a conversation of a thousand turns', async ({ page, api }) => {
  await watchBusy(page);
  const id = await longConversation(api);
  const begun = Date.now();
  await page.goto(`/c/${id}`);
  await expect(page.getByTestId('question').filter({ hasText: `Turn ${TURNS}:` })).toBeInViewport();
  figure(`opening ${TURNS} turns`, `${Date.now() - begun} ms`, '');
  await longest(page);
  const thread = page.getByTestId('thread');
  for (let turns = 20; turns < TURNS; turns += 20) {
    await thread.evaluate((element) => {
      element.scrollTop = 0;
    });
    await expect.poll(() => page.getByTestId('question').count()).toBeGreaterThan(turns);
  }
  const { task } = await longest(page);
  figure(`longest task while scrolling through ${TURNS} turns`, ms(task, 50), '100 ms');
});
