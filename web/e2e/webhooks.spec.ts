import { expect, expectAccessible, test } from './support';

test.describe('webhooks', () => {
  test('one is added, its secret shown once, tried, sent again, taken away and brought back', async ({
    page,
    api,
  }) => {
    const [demo] = await api.demoServices();
    const name = `Hook ${test.info().project.name}`;
    await page.goto('/settings/profile');
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('button', { name: 'Add webhook' }).click();
    const form = page.getByRole('form', { name: 'Add webhook' });
    await form.getByLabel('Address').fill('not an address');
    await form.getByLabel('Answers are ready').uncheck();
    await form.getByLabel('No service answered').uncheck();
    await form.getByRole('button', { name: 'Add webhook' }).click();
    await expect(form.getByText('Enter an address that starts with')).toBeVisible();
    await expect(form.getByText('Choose at least one.')).toBeVisible();
    await expectAccessible(page);
    await form.getByLabel('Answers are ready').check();
    await form.getByLabel('Address').fill('http://10.1.2.3/hook');
    await form.getByRole('button', { name: 'Add webhook' }).click();
    await expect(form.getByText('private network')).toBeVisible();
    await form.getByLabel('Address').fill(`${demo?.origin}/nowhere`);
    await form.getByLabel('Name').fill(name);
    await form.getByRole('button', { name: 'Add webhook' }).click();

    const shown = page.getByTestId('shown-once').locator('code');
    await expect(shown).toHaveText(/^whsec_/);
    const secret = (await shown.textContent()) ?? '';
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByText(secret)).toHaveCount(0);

    const row = page.getByTestId('webhook').filter({ hasText: name });
    await expect(row.getByText('Nothing delivered yet')).toBeVisible();
    await row.getByRole('button', { name: 'Send test' }).click();
    const delivery = row.getByTestId('delivery').first();
    await expect(delivery.getByText('Given up', { exact: true })).toBeVisible();
    await expect(delivery.getByText(/^404 · /)).toBeVisible();
    await delivery.getByRole('button', { name: /Send again/ }).click();
    await expect(delivery.getByText('2 attempts')).toBeVisible();
    await delivery.getByText('2 attempts').click();
    await expect(delivery.getByText('The address replied 404.').first()).toBeVisible();
    await expectAccessible(page);

    await row.getByRole('button', { name: 'Switch off' }).click();
    await expect(row.getByText('Switched off', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: 'New secret' }).click();
    await row.getByRole('button', { name: 'Make new secret' }).click();
    await expect(page.getByTestId('shown-once').locator('code')).not.toHaveText(secret);
    await expect(row.getByText('The former secret also signs until')).toBeVisible();

    await row.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(row).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: `Delete ${name}` }).click();
    await expect(row).toHaveCount(0);
  });
});
