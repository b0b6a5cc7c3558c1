import { askAndRank, card, expect, expectAccessible, isPhone, questions, test } from './support';

/** The text that is painted as the sought passage. */
const painted = () => {
  const [range] = CSS.highlights.get('passage') ?? [];
  return range instanceof Range ? range.toString() : '';
};

test('a point of the agreement leads to the sentence that says it', async ({ page }) => {
  await askAndRank(page, questions.index);
  const agreement = page.getByTestId('agreement');
  const point = agreement.getByRole('listitem').filter({ hasText: 'Single-row lookups' });
  await point.getByRole('button', { name: 'Show where Aria says it' }).click();
  await expect
    .poll(() => page.evaluate(painted))
    .toBe('For a lookup by id or one exact moment, keep a B-tree beside it.');
  const sentence = card(page, 'Aria').locator('li').filter({ hasText: 'For a lookup by id' });
  await expect(sentence).toBeFocused();
  await expect(sentence).toBeInViewport();
  await expectAccessible(page);

  await point.getByRole('button', { name: 'Show where Cedar says it' }).click();
  await expect(card(page, 'Cedar').getByTestId('expanded-answer')).toBeVisible();
  await expect.poll(() => page.evaluate(painted)).toContain('B-tree');
});

test('rank, score and interval explain themselves by pointer, finger and keyboard', async ({ page }) => {
  await askAndRank(page, questions.index);
  const standing = card(page, 'Aria').getByRole('button', { name: /^Rank 1 of 3/ });
  const explanation = page.getByTestId('explanation');
  if (isPhone(page)) await standing.tap();
  else await standing.hover();
  await expect(explanation).toContainText('most likely between');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(explanation).toBeHidden();
  await standing.focus();
  await page.keyboard.press('Enter');
  await expect(explanation).toBeVisible();
  const box = await explanation.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
});
