import {
  ask,
  askAndRank,
  card,
  cards,
  expect,
  expectAccessible,
  isPhone,
  openSidebar,
  questions,
  test,
} from './support';

test.describe('every screen is accessible', () => {
  test('before signing in', async ({ browser, home, api }) => {
    const context = await browser.newContext({
      baseURL: home,
      storageState: { cookies: [], origins: [] },
    });
    const page = await context.newPage();
    await page.goto('/sign-in');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await expectAccessible(page);
    await page.goto('/register');
    await expect(page.getByText('Accounts are made by an administrator or by invitation.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Create account' })).toHaveCount(0);
    await expectAccessible(page);
    await api.send('patch', '/admin/settings', { set: { registration: 'open' } });
    try {
      await page.reload();
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByText('Enter your name.')).toBeVisible();
      await expectAccessible(page);
    } finally {
      await api.send('patch', '/admin/settings', { reset: ['registration'] });
    }
    await context.close();
  });

  test('an empty conversation, the list, the palette and the keys', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByTestId('sample-question').first()).toBeVisible();
    await expectAccessible(page);
    await openSidebar(page);
    await expectAccessible(page);
    if (isPhone(page)) await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    const line = await page.getByRole('combobox').boundingBox();
    expect(line?.height).toBeGreaterThanOrEqual(44);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  test('a turn from the first letter to the pruned answer', async ({ page, api }) => {
    const { id } = await api.pacedConversation();
    await page.goto(`/c/${id}`);
    await ask(page, questions.code);
    await expect(page.getByTestId('live-text').first()).toBeVisible();
    await expectAccessible(page);
    await askAndRank(page, questions.udp);
    await expectAccessible(page);
    await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
    await expect(page.getByTestId('expanded-answer').locator('table')).toBeVisible();
    await expectAccessible(page);
    await card(page, 'Aria').getByRole('button', { name: 'Select' }).click();
    await expectAccessible(page);
    await page.locator('[data-action="prune"]').click();
    await expect(cards(page)).toHaveCount(1);
    await expectAccessible(page);
  });

  test('maths, the next prompt and the ballots', async ({ page }) => {
    await askAndRank(page, questions.loan);
    await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
    await expect(page.locator('.katex').first()).toBeVisible();
    await expectAccessible(page);
    await page.getByTestId('open-preview').click();
    await expect(page.getByTestId('preview')).toContainText('tokens');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Who voted what' }).click();
    await expect(page.getByTestId('ballots')).toContainText('Voted');
    await expectAccessible(page);
  });

  test('a failed answer', async ({ page, api }) => {
    const broken = await api.addService('Broken', 'echo+500');
    const { id } = await api.conversation({ service_ids: [broken.id] });
    await page.goto(`/c/${id}`);
    await ask(page, 'Anything');
    await expect(page.getByTestId('failure-message')).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
  });

  test('settings', async ({ page }) => {
    for (const section of [
      'profile',
      'password',
      'sessions',
      'tokens',
      'webhooks',
      'keys',
      'services',
      'judges',
      'prompts',
      'usage',
      'kept',
      'data',
      'appearance',
    ]) {
      await page.goto(`/settings/${section}`);
      await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
      await expectAccessible(page);
    }
    await page.goto('/admin/services');
    await page.getByRole('button', { name: 'Add service' }).click();
    await expectAccessible(page);
    await page.goto('/admin/usage');
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
    await expectAccessible(page);
    await page.goto('/admin/budgets');
    await page.getByRole('button', { name: 'Add budget' }).click();
    await expectAccessible(page);
  });
});
