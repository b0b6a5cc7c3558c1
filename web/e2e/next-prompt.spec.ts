import {
  askAndRank,
  composer,
  expect,
  expectAccessible,
  isPhone,
  openSidebar,
  questions,
  test,
} from './support';

test.describe('what goes along', () => {
  test('a turn is left out and taken along again where the next prompt is read', async ({ page }) => {
    await askAndRank(page, questions.index);
    await page.getByTestId('open-preview').click();
    const preview = page.getByTestId('preview');
    await expect(preview).toContainText(questions.index);
    await preview.getByRole('button', { name: 'Leave this turn out' }).click();
    const leftOut = page.getByTestId('left-out');
    await expect(leftOut).toContainText(questions.index);
    await expect(preview).toContainText('Nothing goes along yet.');
    await expectAccessible(page);
    await leftOut.getByRole('button', { name: 'Take along' }).click();
    await expect(leftOut).toBeHidden();
    await expect(preview.getByRole('button', { name: 'Leave this turn out' })).toBeVisible();
    await expectAccessible(page);
  });

  test('no more services are shown as asked than are asked', async ({ page, api }) => {
    for (let at = 0; at < 6; at += 1) await api.addService(`Extra ${at}`, 'demo-aria+slow30');
    await page.goto('/');
    const chip = page.getByTestId('services-chip');
    await expect(chip).toContainText('8 services');
    await chip.click();
    await expect(page.getByText('At most 8 are asked at once.')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await composer(page).fill(questions.udp);
    await composer(page).press('Enter');
    await expect(page.locator('[data-card]')).toHaveCount(8);
  });
});

test('what is found stays inside the list', async ({ page }) => {
  await askAndRank(page, questions.index);
  const list = await openSidebar(page);
  await list.getByRole('searchbox').fill('BRIN');
  const hit = list.getByTestId('search-hit').first();
  await expect(hit).toBeVisible();
  const [inner, outer] = [await hit.boundingBox(), await list.boundingBox()];
  expect((inner?.x ?? 0) + (inner?.width ?? 1e9)).toBeLessThanOrEqual((outer?.x ?? 0) + (outer?.width ?? 0));
  if (!isPhone(page)) await expectAccessible(page);
});
