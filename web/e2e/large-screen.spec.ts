import { askAndRank, card, cards, composer, expect, expectAccessible, questions, test } from './support';

test.describe('on a screen of 3840 pixels', () => {
  test('answers stand beside each other, an opened one too, and lines stay readable', async ({ page }) => {
    await page.setViewportSize({ width: 3840, height: 2000 });
    await askAndRank(page, questions.index);
    await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
    await expect(page.getByTestId('expanded-answer')).toContainText('BRIN');
    const tops = await cards(page).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops.map(Math.round)).size).toBe(1);
    const widest = await page
      .locator('.answer p, [data-testid="summary"], [data-testid="reasoning"]')
      .evaluateAll((all) => Math.max(...all.map((one) => one.getBoundingClientRect().width)));
    expect(widest).toBeLessThan(900);
    expect((await composer(page).boundingBox())?.width).toBeLessThan(1300);
    await expectAccessible(page);
  });
});
