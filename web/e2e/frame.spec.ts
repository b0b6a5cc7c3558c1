import { askAndRank, card, cards, composer, expect, isPhone, questions, test } from './support';

test('the page can be installed', async ({ page, request }) => {
  await page.goto('/');
  const address = await page.locator('link[rel="manifest"]').getAttribute('href');
  const reply = await request.get(address ?? '');
  expect(reply.headers()['content-type']).toContain('manifest+json');
  const manifest = (await reply.json()) as { display: string; icons: { src: string; type: string }[] };
  expect(manifest.display).toBe('standalone');
  for (const { src, type } of manifest.icons) {
    expect((await request.get(src)).headers()['content-type']).toBe(type);
  }
});

test('a printed conversation has its questions and answers and no controls', async ({ page }) => {
  await askAndRank(page, questions.index);
  await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
  await expect(page.getByTestId('expanded-answer')).toContainText('BRIN');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByTestId('question')).toBeVisible();
  await expect(page.getByTestId('expanded-answer')).toBeVisible();
  await expect(composer(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Select' }).first()).toBeHidden();
  const thread = page.getByTestId('thread');
  const cut = await thread.evaluate((element) => element.scrollHeight - element.clientHeight);
  expect(cut).toBeLessThanOrEqual(1);
});

test('from right to left the page is its own mirror image', async ({ page }) => {
  await askAndRank(page, questions.index);
  const before = await cards(page).first().boundingBox();
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  const width = page.viewportSize()?.width ?? 0;
  const after = await cards(page).first().boundingBox();
  expect(Math.abs((after?.x ?? 0) + (after?.width ?? 0) - (width - (before?.x ?? 0)))).toBeLessThan(3);
  if (!isPhone(page)) {
    const list = await page.getByRole('navigation', { name: 'Conversations' }).boundingBox();
    expect(list?.x).toBeGreaterThan(width / 2);
  }
});
