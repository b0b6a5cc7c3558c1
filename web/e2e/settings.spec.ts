import { expect, test } from './support';

test.describe('settings', () => {
  test('add, test, replace and revoke a key, of which only the end is ever shown', async ({ page, api }) => {
    const [demo] = await api.demoServices();
    const name = `Keyed ${test.info().project.name}`;
    const service = await api.addService(name, 'demo-aria', {
      service_type: 'openai',
      base_url: `${demo?.origin}/openai/v1`,
      requires_key: true,
    });
    await page.goto('/settings/keys');
    await page.getByRole('button', { name: 'Add key' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Choose a service.')).toBeVisible();
    await page.getByLabel('Service').selectOption(service.id);
    await page.getByLabel('Key', { exact: true }).fill('sk-wrong-rehearsal-abcd');
    await page.getByRole('button', { name: 'Save' }).click();

    const row = page.getByTestId('api-key').filter({ hasText: 'abcd' });
    await expect(row).toContainText('abcd');
    await expect(page.getByText('sk-wrong')).toHaveCount(0);
    await row.getByRole('button', { name: 'Test' }).click();
    await expect(row.getByRole('alert')).toBeVisible({ timeout: 25_000 });
    await expect(row).toContainText('Does not work');

    await row.getByRole('button', { name: 'Replace' }).click();
    await row.getByLabel('Key', { exact: true }).fill('sk-good-rehearsal-wxyz');
    await row.getByRole('button', { name: 'Save' }).click();
    const better = page.getByTestId('api-key').filter({ hasText: 'wxyz' });
    await better.getByRole('button', { name: 'Test' }).click();
    await expect(better).toContainText('Works', { timeout: 25_000 });

    await better.getByRole('button', { name: 'Revoke' }).click();
    await better.getByRole('button', { name: 'Revoke for good' }).click();
    await expect(better).toHaveCount(0);
  });

  test('add a service by hand, switch it off, and see a bad address beside its field', async ({
    page,
    api,
  }) => {
    const [demo] = await api.demoServices();
    const name = `By hand ${test.info().project.name}`;
    await page.goto('/admin/services');
    await page.getByRole('button', { name: 'Add service' }).click();
    const form = page.getByRole('form', { name: 'Add service' });
    await expect(form.getByLabel('Start from')).toBeVisible();
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('Format').selectOption('openai_compatible');
    await form.getByLabel('Address').fill('no address');
    await form.getByLabel('Model', { exact: true }).fill('echo');
    await form.getByLabel('Needs a key').uncheck();
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByText('Enter an address that starts with')).toBeVisible();
    await form.getByLabel('Address').fill('http://169.254.169.254/latest');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
    await form.getByLabel('Address').fill(`${demo?.origin}/compatible/v1`);
    await form.getByRole('button', { name: 'Save' }).click();

    const row = page.getByTestId('service').filter({ hasText: name });
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: 'Switch off' }).click();
    await expect(row.getByText('Off', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: 'Delete' }).click();
    await row.getByRole('button', { name: 'Delete for good' }).click();
    await expect(row).toHaveCount(0);
  });

  test('a preset fills the form', async ({ page }) => {
    await page.goto('/admin/services');
    await page.getByRole('button', { name: 'Add service' }).click();
    const form = page.getByRole('form', { name: 'Add service' });
    await form.getByLabel('Start from').selectOption('0:0');
    await expect(form.getByLabel('Model', { exact: true })).not.toHaveValue('');
    await expect(form.getByLabel('Context window (tokens)')).toHaveValue(/^\d+$/);
  });

  test('theme and language are kept', async ({ page }) => {
    await page.goto('/settings/appearance');
    await page.getByRole('radio', { name: 'Dark' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.getByRole('radio', { name: 'Deutsch' }).click();
    await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible();
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  });

  test('services, context mode and judging belong to the conversation', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await page.getByTestId('services-chip').click();
    await page.getByRole('menuitemcheckbox', { name: /Cedar/ }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Context/ }).click();
    await page.getByRole('menuitemradio', { name: /Own thread/ }).click();
    await page.getByRole('button', { name: /Judging/ }).click();
    await page.getByRole('menuitemradio', { name: /By agreement/ }).click();
    await page.reload();
    await expect(page.getByTestId('services-chip')).toContainText('2 services');
    await expect(page.getByRole('button', { name: /Context: Own thread/ })).toBeVisible();
    await expect(page.getByRole('button', { name: /Judging: By agreement/ })).toBeVisible();
  });

  test('usage lists what the calls cost', async ({ page }) => {
    await page.goto('/settings/usage');
    await page.getByRole('button', { name: 'By service' }).click();
    await expect(page.getByRole('table')).toBeVisible();
  });
});
