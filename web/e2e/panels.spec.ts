import { composer, expect, expectAccessible, test } from './support';

test.describe('panels', () => {
  test('services are saved as a panel, chosen by it, and let go of with undo', async ({ page, api }) => {
    const name = `Pair ${test.info().project.name}`;
    const made = await api.conversation();
    await page.goto(`/c/${made.id}`);
    await expect(composer(page)).toBeVisible();
    const chip = page.getByTestId('services-chip');
    await chip.click();
    await page.getByRole('menuitemcheckbox').last().click();
    await page.getByRole('menuitem', { name: /panel/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Panels' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Save as a panel' }).click();
    const row = dialog.getByTestId('panel').filter({ hasText: name });
    await expect(row).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(chip).toContainText(name);
    await page.goto('/');
    await expect(chip).not.toContainText(name);
    await chip.click();
    await expectAccessible(page);
    await page.getByRole('menuitemradio', { name: new RegExp(name) }).click();
    await expect(chip).toContainText(name);
    await chip.click();
    await page.getByRole('menuitem', { name: /panel/ }).click();
    await row.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(row).toBeHidden();
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(row).toBeHidden();
    const { items } = await api.get<{ items: { id: string; name: string }[] }>('/panels');
    expect(items.filter((panel) => panel.name === name)).toHaveLength(0);
  });
});
