import { gzipSync } from 'node:zlib';
import { composer, expect, test } from './support';

const LIMIT = 250 * 1024;

test('the first load is light: at most 250 KB of script, nothing from other sites', async ({
  page,
  home,
}) => {
  const scripts: Promise<Buffer>[] = [];
  const elsewhere: string[] = [];
  page.on('response', (response) => {
    if (!response.url().startsWith(home)) elsewhere.push(response.url());
    if (response.request().resourceType() === 'script') scripts.push(response.body());
  });
  await page.goto('/');
  await expect(composer(page)).toBeVisible();
  await page.waitForLoadState('networkidle');
  const bodies = await Promise.all(scripts);
  const total = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  expect(total).toBeLessThan(LIMIT);
  expect(elsewhere).toEqual([]);
});

test('the chosen theme is there before the first paint', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('quorum.theme', 'dark'));
  await page.goto('/', { waitUntil: 'commit' });
  await page.waitForFunction(() => document.body !== null);
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
});
