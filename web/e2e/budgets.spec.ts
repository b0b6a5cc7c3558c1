import { ask, batchLine, composer, expect, expectAccessible, isPhone, questions, test } from './support';

test.describe('budgets', () => {
  test('a budget is made in the administration, and its meter is shown', async ({ page }) => {
    await page.goto('/admin/budgets');
    await page.getByRole('button', { name: 'Add budget' }).click();
    await page.getByLabel('Warn from (US$)').fill('4');
    await page.getByLabel('Refuse from (US$)').fill('5');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('meter', { name: 'Everybody, this month' })).toBeVisible();
    await expectAccessible(page);
    await page.goto('/settings/usage');
    await expect(page.getByRole('meter', { name: 'Everybody, this month' })).toBeVisible();
    await expectAccessible(page);
    await page.goto('/admin/budgets');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await expect(page.getByText('No budgets')).toBeVisible();
  });

  test('a warning is put away until there is something new to say', async ({ page, api }) => {
    const caps = { soft_micro_usd: 1, hard_micro_usd: 1_000_000_000 };
    const budget = await api.send<{ id: string }>('post', '/admin/budgets', {
      scope: 'instance',
      period: 'month',
      ...caps,
    });
    try {
      const { id } = await api.conversation();
      await page.goto(`/c/${id}`);
      await ask(page, questions.index);
      await expect(batchLine(page)).toContainText('ranked by', { timeout: 30_000 });
      const warning = page.getByText('Budget warning');
      await expect(warning).toBeVisible();
      await expectAccessible(page);
      const close = page.getByRole('button', { name: 'Put this warning away' });
      const size = await close.boundingBox();
      const least = isPhone(page) ? 44 : 24;
      expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(least);
      await close.click();
      await expect(warning).toBeHidden();
      if (!isPhone(page)) await expect(composer(page)).toBeFocused();
      await page.reload();
      await expect(batchLine(page)).toContainText('ranked by');
      await expect(warning).toBeHidden();
      await api.send('put', `/admin/budgets/${budget.id}`, { ...caps, soft_micro_usd: 2 });
      await page.reload();
      await expect(warning).toBeVisible();
      await close.click();
      await expect(warning).toBeHidden();
      await api.send('put', `/admin/budgets/${budget.id}`, { soft_micro_usd: 1, hard_micro_usd: 2 });
      await page.reload();
      await expect(page.getByText('Budget reached')).toBeVisible();
      await expect(close).toBeHidden();
    } finally {
      await api.send('delete', `/admin/budgets/${budget.id}`);
    }
  });
});
