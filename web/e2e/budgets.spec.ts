import { expect, test } from './support';

test.describe('budgets', () => {
  test('a budget is made in the administration, and its meter is shown', async ({ page }) => {
    await page.goto('/admin/budgets');
    await page.getByRole('button', { name: 'Add budget' }).click();
    await page.getByLabel('Warn from (US$)').fill('4');
    await page.getByLabel('Refuse from (US$)').fill('5');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('meter', { name: 'Everybody, this month' })).toBeVisible();
    await page.goto('/settings/usage');
    await expect(page.getByRole('meter', { name: 'Everybody, this month' })).toBeVisible();
    await page.goto('/admin/budgets');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await expect(page.getByText('No budgets')).toBeVisible();
  });
});
