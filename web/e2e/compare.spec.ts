import { askAndRank, batchLine, expect, expectAccessible, isPhone, questions, test } from './support';

test('two answers beside each other, with what only one says marked', async ({ page }) => {
  await askAndRank(page, questions.index);
  await batchLine(page).getByRole('button', { name: 'Compare' }).click();
  const panel = page.getByTestId('compare');
  const [left, right] = [panel.getByTestId('compared').nth(0), panel.getByTestId('compared').nth(1)];
  await expect(left.locator('mark').first()).toBeVisible();
  await expect(left.getByTestId('share')).toHaveText(/\d+ of \d+ sentences are in both/);
  await expect(page).toHaveURL(/panel=compare/);
  await expectAccessible(page);

  if (isPhone(page)) {
    await expect(right).toBeHidden();
    await panel.getByRole('tab').nth(1).click();
    await expect(left).toBeHidden();
  } else {
    const [one, two] = await Promise.all([left.boundingBox(), right.boundingBox()]);
    expect(two?.y).toBe(one?.y);
  }
  await expect(right.locator('mark').first()).toBeVisible();

  await page.getByRole('radio', { name: 'Nothing' }).click();
  await expect(panel.locator('mark')).toHaveCount(0);
  await page.goBack();
  await expect(panel).toBeHidden();
});

test('a comparison can be linked to and is worked by keyboard', async ({ page }) => {
  await askAndRank(page, questions.udp);
  const open = batchLine(page).getByRole('button', { name: 'Compare' });
  await open.focus();
  await page.keyboard.press('Enter');
  const second = page.getByLabel('Second answer');
  const name = (await second.locator('option').nth(2).textContent())?.replace(/^#\d+ /, '') ?? '';
  await second.selectOption({ index: 2 });
  const heading = page.getByTestId('compared').nth(1).locator('h3').first();
  await expect(heading).toHaveText(name);
  await page.reload();
  await expect(heading).toHaveText(name);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('compare')).toBeHidden();
});
