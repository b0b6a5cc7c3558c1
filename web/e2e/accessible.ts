import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Colours are measured when nothing fades any more. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // What stands in a folded part of the page waits until somebody opens it.
    const isSeen = (one: Animation) =>
      !(one.effect instanceof KeyframeEffect) || one.effect.target?.checkVisibility() !== false;
    const fading = () =>
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity && isSeen(one));
    for (let left = fading(); left.length > 0; left = fading()) {
      await Promise.allSettled(left.map((one) => one.finished));
    }
  });
}

async function violations(page: Page, check: (axe: AxeBuilder) => AxeBuilder): Promise<object[]> {
  await atRest(page);
  const { violations: all } = await check(new AxeBuilder({ page })).analyze();
  return all.map((violation) => ({
    rule: violation.id,
    where: violation.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  }));
}

/** Every rule in light; in dark the colours, which are all that differs. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  expect(await violations(page, (axe) => axe.withTags(tags))).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await violations(page, (axe) => axe.withRules(['color-contrast']))).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
}
