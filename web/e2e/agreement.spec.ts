import { askAndRank, card, expect, expectAccessible, questions, test } from './support';

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
