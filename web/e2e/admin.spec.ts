import { expect, expectAccessible, test } from './support';

test.describe('administration', () => {
  test('every section is reached by its name and is accessible', async ({ page }) => {
    await page.goto('/admin');
    for (const [name, heading] of [
      ['Services', 'Services'],
      ['Provider keys', 'Provider keys'],
      ['Queue', 'Queue'],
      ['Settings', 'Settings'],
      ['Health', 'Health'],
    ] as const) {
      const sections = page.getByRole('navigation', { name: 'Administration' });
      await sections.getByRole('link', { name, exact: true }).click();
      await expect(page.getByRole('heading', { level: 2, name: heading })).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectAccessible(page);
    }
  });

  test('a service is tested, and what went wrong is in its history', async ({ page, api }) => {
    const name = `Failing ${test.info().project.name}`;
    await api.addService(name, 'echo+500');
    await page.goto('/admin/services');
    const row = page.getByTestId('service').filter({ hasText: name });
    await expect(row.getByText('No calls in the last 24 hours')).toBeVisible();
    await row.getByRole('button', { name: 'Test' }).click();
    await expect(row.getByText('It does not answer')).toBeVisible({ timeout: 50_000 });
    await row.getByText('Newest failures').click();
    await expect(row.getByRole('listitem')).toHaveCount(1);
    await expectAccessible(page);
  });

  test('models are found at an address and fill the form', async ({ page, api }) => {
    const [demo] = await api.demoServices();
    await page.goto('/admin/services');
    await page.getByRole('button', { name: 'Add service' }).click();
    const form = page.getByRole('form', { name: 'Add service' });
    await form.getByLabel('Format').selectOption('openai_compatible');
    await form.getByLabel('Address').fill(`${demo?.origin}/nothing/here`);
    await form.getByRole('button', { name: 'Find models at this address' }).click();
    await expect(form.getByText('The models could not be listed')).toBeVisible({ timeout: 50_000 });
    await form.getByLabel('Address').fill(`${demo?.origin}/compatible/v1`);
    await form.getByRole('button', { name: 'Find models at this address' }).click();
    await form.getByLabel(/models there/).selectOption('demo-bolt');
    await expect(form.getByLabel('Model', { exact: true })).toHaveValue('demo-bolt');
    await expect(form.getByLabel('Name')).toHaveValue('demo-bolt');
  });

  test('an answer that failed is started again from the queue', async ({ page, api }) => {
    const broken = await api.addService(`Long ${test.info().project.name}`, 'echo+contextlong');
    const { id } = await api.conversation({ service_ids: [broken.id] });
    await api.send('post', `/conversations/${id}/messages`, { content: 'Anything' });
    await page.goto('/admin/queue');
    const row = page.getByTestId('queue-item').filter({ hasText: broken.name });
    await expect(row).toContainText('The conversation is too long for this service.', { timeout: 30_000 });
    await row.getByRole('button', { name: 'Discard' }).click();
    await expect(row).toHaveCount(0);
  });

  test('a setting holds at once and is taken back', async ({ page }) => {
    await page.goto('/admin/settings');
    const longest = page.getByLabel('Longest message (characters)');
    await longest.fill('150');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Changed')).toBeVisible();
    await page.goto('/');
    await page.getByRole('textbox', { name: 'Message' }).fill('a'.repeat(151));
    await expect(page.getByTestId('counter')).toContainText('150');
    await page.goto('/admin/settings');
    await page.getByRole('button', { name: 'Back to 8000' }).click();
    await expect(longest).toHaveValue('8000');
  });
});
