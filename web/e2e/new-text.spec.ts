import type { Locator, Page } from '@playwright/test';
import { type Api, ask, card, composer, expect, expectAccessible, questions, test } from './support';

const NEW_TEXT = 'New text below';

async function pacedConversation(api: Api): Promise<string> {
  const made = await Promise.all(
    ['aria', 'bolt', 'cedar'].map((name) => api.addService(`Paced ${name}`, `demo-${name}+slow300+tps6`)),
  );
  return (await api.conversation({ service_ids: made.map((one) => one.id), judging_policy: 'off' })).id;
}

/** How far a box is from its end, in pixels. */
const left = (box: Locator) =>
  box.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
const top = (box: Locator) => box.evaluate((element) => element.scrollTop);
const overflow = (box: Locator) => box.evaluate((element) => element.scrollHeight - element.clientHeight);

async function scrollBy(page: Page, box: Locator, y: number): Promise<void> {
  await box.hover();
  if (page.viewportSize()?.width === 390) await box.evaluate((element, by) => element.scrollBy(0, by), y);
  else await page.mouse.wheel(0, y);
}

test('a growing text follows its end while the reader is there; above it they stay, and hear of new text', async ({
  page,
  api,
}) => {
  await page.goto(`/c/${await pacedConversation(api)}`);
  await ask(page, questions.index);
  const answer = card(page, 'Paced aria');
  const box = answer.getByTestId('live-text');
  // A low box has more than it shows soon, and for long.
  await page.addStyleTag({
    content: ':has(> [data-testid=live-text]) { flex: none; height: 5rem; min-height: 0 }',
  });
  const told = answer.getByRole('button', { name: NEW_TEXT });
  await expect.poll(() => overflow(box)).toBeGreaterThan(40);
  await expect.poll(() => left(box)).toBeLessThan(2);
  await expect(told).toHaveCount(0);

  await scrollBy(page, box, -30);
  await expect.poll(() => left(box)).toBeGreaterThan(20);
  const held = await top(box);
  await expect(told).toBeVisible();
  const high = await overflow(box);
  await expect.poll(() => overflow(box)).toBeGreaterThan(high);
  expect(await top(box)).toBe(held);

  await told.press('Enter');
  await expect(told).toHaveCount(0);
  await expect(box).toBeFocused();
  await expect.poll(() => left(box)).toBeLessThan(2);
  const before = await top(box);
  await expect.poll(() => top(box)).toBeGreaterThan(before);
  await expect(told).toHaveCount(0);
});

test('whoever reads further up hears of text that comes in below, and is not moved', async ({
  page,
  api,
}) => {
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 1280, height: 500 });
  const id = await pacedConversation(api);
  const echo = await api.addService('Echo', 'echo');
  for (let turn = 1; turn <= 3; turn += 1)
    await api.send('post', `/conversations/${id}/messages`, {
      content: `Turn ${turn}.`,
      service_ids: [echo.id],
    });
  await page.goto(`/c/${id}`);
  await expect(composer(page)).toBeVisible();
  await ask(page, questions.index);
  const thread = page.getByTestId('thread');
  await expect(page.locator('[data-turn]').last().getByTestId('live-text').first()).toBeVisible();

  const second = page.getByTestId('question').filter({ hasText: 'Turn 2.' });
  await thread.hover();
  await second.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.mouse.wheel(0, -10);
  const told = page.getByRole('button', { name: NEW_TEXT });
  await expect(told).toBeVisible();
  const held = await top(thread);
  const place = (await second.boundingBox())?.y;
  await page.waitForTimeout(600);
  expect(await top(thread)).toBe(held);
  expect((await second.boundingBox())?.y).toBe(place);

  await told.click();
  await expect(told).toHaveCount(0);
  await expect.poll(() => left(thread)).toBeLessThan(2);
});

test('what tells of new text covers nothing, and goes when the text has been seen', async ({ page, api }) => {
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 1280, height: 560 });
  const id = await pacedConversation(api);
  await page.goto(`/c/${id}`);
  await ask(page, questions.index);
  const told = page.getByTestId('below').getByRole('button', { name: NEW_TEXT });
  await expect(told).toBeVisible();
  await expectAccessible(page);
  const thread = await page.getByTestId('thread').boundingBox();
  const strip = await told.boundingBox();
  const writing = await page.getByRole('form', { name: 'Message' }).boundingBox();
  expect(strip?.y).toBeGreaterThanOrEqual((thread?.y ?? 0) + (thread?.height ?? 0));
  expect((strip?.y ?? 0) + (strip?.height ?? 0)).toBeLessThanOrEqual(writing?.y ?? 0);

  await expect(page.getByTestId('live-text')).toHaveCount(0, { timeout: 60_000 });
  // Not at the end: as far as the foot of the last card, and no further.
  const last = page.locator('[data-turn]').last().locator('[data-card]').last();
  await last.evaluate((element) => element.scrollIntoView({ block: 'end' }));
  await expect(told).toHaveCount(0);
  await page.waitForTimeout(500);
  await expect(told).toHaveCount(0);
});
