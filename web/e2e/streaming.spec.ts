import type { Page } from '@playwright/test';
import {
  type Api,
  ask,
  batchLine,
  card,
  composer,
  expect,
  expectAccessible,
  isPhone,
  questions,
  test,
} from './support';

/** What is watched in the page while answers come in. */
interface Watched {
  /** Scores of layout shifts that no press or key has caused, with what has moved. */
  shifts: { value: number; moved: string[]; live: number }[];
  /** Finished blocks that were taken out and put in anew. */
  redrawn: number;
  /** Half-written mark-up that was there to be read. */
  raw: string[];
  /** Frames from the arrival of an answer's first piece to its place in the page. */
  frames: number | null;
}

const RAW = /```|\*\*|\|\s*:?-{3}|\$\$|\\\[|\\\(/;

/** Begins to watch, before the page's own scripts run. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript((raw) => {
    const seen: Watched = { shifts: [], redrawn: 0, raw: [], frames: null };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as unknown as {
          value: number;
          hadRecentInput: boolean;
          sources: { node: Element | null }[];
        };
        if (shift.hadRecentInput) continue;
        const moved = shift.sources.map(({ node }) => {
          const element = node instanceof Element ? node : null;
          return element?.outerHTML.slice(0, 90) ?? 'gone';
        });
        const live = document.querySelectorAll('[data-testid="live-text"]').length;
        seen.shifts.push({ value: shift.value, moved, live });
      }
    }).observe({ type: 'layout-shift', buffered: true });

    let frame = 0;
    const count = () => {
      frame += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    let arrived: number | null = null;
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          if (arrived === null && String(data).includes('"response_delta"')) arrived = frame;
        });
      }
    };

    const finished = new Map<Element, Element>();
    new MutationObserver(() => {
      for (const live of document.querySelectorAll('[data-testid="live-text"]')) {
        if (arrived !== null && seen.frames === null) seen.frames = frame - arrived;
        const text = live.textContent ?? '';
        // What maths is made of is kept beside it, for those who cannot see it.
        const shown = [...live.querySelectorAll('annotation')].reduce(
          (left, note) => left.replace(note.textContent ?? '', ''),
          text,
        );
        const found = shown.match(new RegExp(raw));
        if (found && seen.raw.length < 5)
          seen.raw.push(shown.slice(Math.max(0, (found.index ?? 0) - 30)).slice(0, 80));
        const blocks = [...(live.querySelector('.answer')?.children ?? [])];
        for (const block of blocks.slice(0, -1)) finished.set(block, live);
      }
      for (const [block, live] of finished) {
        if (block.isConnected) continue;
        finished.delete(block);
        // With its card's text it goes; alone it must not.
        if (live.isConnected) seen.redrawn += 1;
      }
    }).observe(document, { childList: true, subtree: true, characterData: true });
  }, RAW.source);
}

const seenBy = (page: Page): Promise<Watched> =>
  page.evaluate(() => (window as unknown as { seen: Watched }).seen);

async function pacedConversation(api: Api, pace: string): Promise<string> {
  const made = await Promise.all(
    ['aria', 'bolt', 'cedar'].map((name) =>
      api.addService(`Paced ${name}`, `demo-${name}+slow600+tps${pace}`),
    ),
  );
  return (await api.conversation({ service_ids: made.map((one) => one.id) })).id;
}

test('while answers stream nothing shifts, finished blocks stay as they are, and half-written mark-up never shows', async ({
  page,
  api,
}) => {
  await watch(page);
  const id = await pacedConversation(api, '60');
  await page.goto(`/c/${id}`);
  await expect(composer(page)).toBeVisible();
  await page.waitForLoadState('networkidle');
  for (const question of [questions.index, questions.udp, questions.loan]) {
    await ask(page, question);
    await expect(page.getByTestId('live-text').first()).toBeVisible();
    await expect(batchLine(page)).toContainText('ranked by', { timeout: 60_000 });
    // While all three write only text comes in; the end of one puts its summary in place of its text.
    const { shifts } = await seenBy(page);
    const writing = shifts.filter((shift) => shift.live === 3);
    const score = writing.reduce((sum, shift) => sum + shift.value, 0);
    expect(score, JSON.stringify(writing)).toBeLessThan(0.001);
    await page.evaluate(() => (window as unknown as { seen: Watched }).seen.shifts.splice(0));
  }
  const seen = await seenBy(page);
  expect(seen.raw).toEqual([]);
  expect(seen.redrawn).toBe(0);
  expect(seen.frames).toBeLessThanOrEqual(4);
  await ask(page, questions.udp);
  await expect(page.getByTestId('live-text').first()).toBeVisible();
  await expectAccessible(page);
});

test('the question stays where it is while answers, ranking and agreement come in below it', async ({
  page,
  api,
}) => {
  const id = await pacedConversation(api, '40');
  await page.goto(`/c/${id}`);
  await ask(page, questions.index);
  await expect(page.locator('[data-turn]').last().getByTestId('live-text').first()).toBeVisible();
  await page.waitForTimeout(400);
  const question = page.getByTestId('question').last();
  const before = await question.boundingBox();
  await expect(page.getByTestId('agreement')).toBeAttached({ timeout: 30_000 });
  await expect(batchLine(page)).toContainText('ranked by');
  await expect(question).toBeInViewport();
  const after = await question.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(isPhone(page) ? 400 : 120);
  await expectAccessible(page);
  await page.reload();
  await expect(question).toBeInViewport();
});

test('a reload in mid-stream keeps the place and goes on', async ({ page, api }) => {
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 1280, height: 500 });
  const slow = await api.addService('Slow', 'demo-aria+slow300+tps20');
  const id = await api.quickConversation(4);
  // What is read stays as high as it is: only the newest turn is at work.
  const states = async () => {
    const page = await api.get<{ items: { batch: { status: string } }[] }>(`/conversations/${id}/messages`);
    return page.items.map((message) => message.batch.status);
  };
  await expect.poll(states).toEqual(Array(4).fill('COMPLETED'));
  await page.goto(`/c/${id}`);
  await expect(page.getByTestId('question').filter({ hasText: 'Turn 4.' })).toBeVisible();
  await api.send('post', `/conversations/${id}/messages`, {
    content: questions.index,
    service_ids: [slow.id],
  });
  const live = card(page, 'Slow').getByTestId('live-text');
  await expect(live).toBeAttached();
  const second = page.getByTestId('question').filter({ hasText: 'Turn 2.' });
  await page.getByTestId('thread').hover();
  await second.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.mouse.wheel(0, -30);
  await page.waitForTimeout(300);
  const before = await second.boundingBox();
  await page.reload();
  await expect(second).toBeInViewport();
  await expect
    .poll(async () => Math.abs(((await second.boundingBox())?.y ?? 0) - (before?.y ?? 0)))
    .toBeLessThan(40);
  const length = async () => (await live.textContent())?.length ?? 0;
  const heard = await length();
  await expect.poll(length).toBeGreaterThan(heard);
  expect(Math.abs(((await second.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(40);
});
