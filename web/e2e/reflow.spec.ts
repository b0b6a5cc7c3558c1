import type { Page } from '@playwright/test';
import { askAndRank, batchLine, card, expect, expectAccessible, questions, test } from './support';

/** Text that can only be read by scrolling sideways; tables and code have frames of their own for that. */
const cutOff = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page itself');
    for (const one of document.querySelectorAll<HTMLElement>('#root *, [role="dialog"], [role="dialog"] *')) {
      if (!one.checkVisibility() || one.closest('nav, table, pre, svg, .katex, .sr-only, .code-block'))
        continue;
      const scrolls = /auto|scroll/.test(getComputedStyle(one).overflowX);
      const framed = one.matches('.table-frame') || one.querySelector(':scope > table') !== null;
      if (scrolls && !framed && one.scrollWidth > one.clientWidth + 1)
        found.push(`${one.tagName} ${one.dataset.testid ?? one.className}`);
    }
    return found;
  });

test.describe('where there is little room', () => {
  // 1280 pixels at a zoom of 400 %.
  test.use({ viewport: { width: 320, height: 640 } });

  test('a turn, its drawers and the list are read without scrolling sideways', async ({ page, api }) => {
    await askAndRank(page, questions.udp);
    expect(await cutOff(page)).toEqual([]);
    await card(page, 'Bolt').getByRole('button', { name: 'Expand' }).click();
    await expect(page.getByTestId('expanded-answer').locator('.answer')).toBeVisible();
    expect(await cutOff(page)).toEqual([]);
    await expectAccessible(page);
    const id = page.url().match(/\/c\/([^?]+)/)?.[1] ?? '';
    const { items } = await api.get<{ items: { batch: { id: string } }[] }>(`/conversations/${id}/messages`);
    for (const panel of [
      'preview',
      `ballots&batch=${items[0]?.batch.id}`,
      `compare&batch=${items[0]?.batch.id}`,
    ]) {
      await page.goto(`/c/${id}?panel=${panel}`);
      await expect(page.getByRole('dialog')).toBeVisible();
      await expect(page.locator('[role="dialog"] .skeleton')).toHaveCount(0);
      await expect.poll(() => cutOff(page)).toEqual([]);
    }
  });

  test.describe('in German', () => {
    test.use({ locale: 'de-DE' });

    test('what is set for the next message is shown in whole words', async ({ page, api }) => {
      const { id } = await api.conversation();
      await page.goto(`/c/${id}`);
      const chips = page.getByTestId('composer-chips').getByRole('button');
      await expect(chips).toHaveCount(4);
      await expect(page.getByTestId('services-chip')).toHaveAccessibleName(/^Gefragte Dienste: \d+ Dienste$/);
      const cut = () =>
        chips.evaluateAll((all) =>
          all
            .flatMap((one) => [...one.querySelectorAll<HTMLElement>('.truncate')])
            .filter((text) => text.clientWidth > 1 && text.scrollWidth > text.clientWidth)
            .map((text) => text.textContent),
        );
      expect(await cut()).toEqual([]);
      await api.send('patch', `/conversations/${id}`, {
        context_mode: 'own_thread',
        judging_policy: 'local',
      });
      await page.reload();
      await expect(chips.nth(1)).toHaveAccessibleName('Kontext: Eigener Faden');
      expect(await cut()).toEqual([]);
      expect(await cutOff(page)).toEqual([]);
      await expectAccessible(page);
    });
  });

  test('settings and administration too', async ({ page }) => {
    for (const place of [
      '/settings/keys',
      '/settings/usage',
      '/settings/webhooks',
      '/settings/judges',
      '/admin/services',
      '/admin/queue',
      '/admin/budgets',
      '/admin/people',
      '/admin/audit',
      '/admin/health',
    ]) {
      await page.goto(place);
      await expect(page.locator('h2').first()).toBeVisible();
      await expect(page.locator('main .skeleton')).toHaveCount(0);
      expect(await cutOff(page), place).toEqual([]);
    }
  });
});

test('a shared snapshot fits its reader, with code, tables and a long title', async ({ page, api }) => {
  await askAndRank(page, questions.index);
  await expect(batchLine(page)).toContainText('ranked by');
  const id = page.url().match(/\/c\/([^?]+)/)?.[1] ?? '';
  await api.send('patch', `/conversations/${id}`, {
    title: `Which index ${'suits an append-only table '.repeat(6)}`,
  });
  const { token } = await api.send<{ token: string }>('post', `/conversations/${id}/shares`, {
    answers: 'all',
  });
  await page.goto(`/shared/${token}`);
  await expect(page.locator('details[open] .code-block').first()).toBeVisible();
  expect(await cutOff(page)).toEqual([]);
  await expectAccessible(page);
  const heading = await page.getByRole('heading', { level: 1 }).boundingBox();
  expect((heading?.x ?? 0) + (heading?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
});

test('in forced colours what is chosen is still told apart, and the focus is seen', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await askAndRank(page, questions.index);
  const best = card(page, 'Aria');
  await best.getByRole('button', { name: 'Select' }).click();
  await expect(best.getByText('Kept', { exact: true })).toBeVisible();
  const fold = best.getByRole('button', { name: 'Collapse' });
  await page.keyboard.press('Tab');
  await fold.focus();
  const outline = await fold.evaluate((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
  });
  expect(outline).toBeGreaterThanOrEqual(2);
  const edge = await fold.evaluate((one) => getComputedStyle(one).borderTopStyle);
  expect(edge).not.toBe('none');
});
