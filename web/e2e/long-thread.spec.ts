import type { Page } from '@playwright/test';
import { type Api, composer, expect, expectAccessible, test } from './support';

const TURNS = 26;

test('a long conversation opens at its end, loads earlier turns above, and keeps its place over a reload', async ({
  page,
  api,
}) => {
  const id = await api.quickConversation(TURNS);
  await page.goto(`/c/${id}`);
  const last = page.getByTestId('question').filter({ hasText: `Turn ${TURNS}.` });
  await expect(last).toBeInViewport();
  await expect(page.getByTestId('question')).toHaveCount(20);

  const thread = page.getByTestId('thread');
  await thread.evaluate((element) => {
    element.scrollTop = 300;
  });
  await expect(page.getByTestId('question')).toHaveCount(TURNS);
  const inView = async () =>
    page.getByTestId('question').evaluateAll((all) => {
      const seen = all.filter((one) => {
        const box = one.getBoundingClientRect();
        return box.top >= 50 && box.bottom <= window.innerHeight;
      });
      return seen.map((one) => one.textContent);
    });
  // What was being read has not moved away when earlier turns came in above it.
  await expect.poll(async () => (await inView()).join()).toMatch(/Turn (?:7|8|9|10)\./);

  await thread.evaluate(async (element) => {
    const heard = new Promise((resolve) => element.addEventListener('scroll', resolve, { once: true }));
    element.scrollTop = element.scrollHeight / 2;
    await heard;
  });
  // Turns that come near are drawn, and then are as high as they are: what is read is read after that.
  let before: (string | null)[] = [];
  await expect
    .poll(
      async () => {
        const earlier = before.join();
        before = await inView();
        return before.length > 0 && before.join() === earlier;
      },
      { intervals: [400] },
    )
    .toBe(true);
  await page.reload();
  await expect(composer(page)).toBeVisible();
  await expect.poll(async () => (await inView())[0]).toBe(before[0]);
});

/** A thousand turns, made of one real turn, as the server would give them out page by page. */
async function thousandTurns(page: Page, api: Api): Promise<string> {
  const id = await api.quickConversation(1);
  await page.route(`**/api/v1/conversations/${id}/messages?*`, async (route) => {
    const reply = await route.fetch({
      url: route
        .request()
        .url()
        .replace(/cursor=[^&]*&?/, ''),
    });
    const body = (await reply.json()) as { items: Turn[]; next_cursor: string | null };
    const before = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 1000);
    const [turn] = body.items as [Turn];
    body.items = Array.from({ length: 20 }, (_, index) => copyOf(turn, before - 19 + index));
    body.next_cursor = before > 20 ? `${before - 20}` : null;
    await route.fulfill({ response: reply, json: body });
  });
  return id;
}

interface Turn {
  id: string;
  content: string;
  batch: {
    id: string;
    message_id: string;
    responses: { id: string; batch_id: string; message_id: string }[];
  };
}

function copyOf(turn: Turn, number: number): Turn {
  const id = `${turn.id.slice(0, -4)}${`${number}`.padStart(4, '0')}`;
  const batch = { ...turn.batch, id: `batch-${number}`, message_id: id };
  batch.responses = [1, 2, 3].flatMap((copy) =>
    turn.batch.responses.map((one) => ({
      ...one,
      id: `${one.id}-${number}-${copy}`,
      batch_id: batch.id,
      message_id: id,
    })),
  );
  return { ...turn, id, content: `Turn ${number} of a thousand.`, batch };
}

test('a conversation of a thousand turns scrolls, is found in, and keeps few cards in the page', async ({
  page,
  api,
}) => {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
  const id = await thousandTurns(page, api);
  await page.goto(`/c/${id}`);
  const thread = page.getByTestId('thread');
  const newest = page.locator('[data-turn]').last();
  await expect(newest).toContainText('Turn 1000 of a thousand.');
  await expect(newest).toBeInViewport();
  await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));

  const loaded = () => page.getByTestId('question').count();
  for (let turns = 20; turns < 200; turns += 20) {
    await thread.evaluate((element) => {
      element.scrollTop = 0;
    });
    await expect.poll(loaded).toBeGreaterThan(turns);
  }
  const tasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  // A figure for the report and no assertion: it says as much of the machine as of the page.
  test
    .info()
    .annotations.push({ type: 'longest task', description: `${Math.round(Math.max(0, ...tasks))} ms` });
  await expect.poll(() => page.locator('[data-card]').count()).toBeLessThan(150);

  await page.getByRole('button', { name: 'To the latest' }).click();
  await expect(newest).toBeInViewport();

  await page.getByRole('button', { name: 'Find in this conversation' }).click();
  await page.getByRole('searchbox', { name: 'Find in this conversation' }).fill('Turn 777 of');
  await expect(page.getByText('Turn 777 of a thousand.')).toBeInViewport({ timeout: 60_000 });
  await expect(page.getByTestId('find')).toContainText('Turn 1 of 1');
  const painted = () => CSS.highlights.get('found-here')?.size;
  await expect.poll(() => page.evaluate(painted)).toBe(1);
  await expectAccessible(page);
});
