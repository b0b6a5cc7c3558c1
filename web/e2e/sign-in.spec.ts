import { admin, composer, expect, expectAccessible, openSidebar, test } from './support';

test.describe('signing in and out', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  async function signIn(page: import('@playwright/test').Page, password = admin.password) {
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('says what is wrong and then leads to where the reader wanted to go', async ({ page }) => {
    await page.goto('/settings/appearance');
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await signIn(page, 'not the password');
    await expect(page.getByRole('alert')).toBeVisible();
    await signIn(page);
    await expect(page).toHaveURL(/\/settings\/appearance$/);
  });

  test('ends in every tab at once, and unsent text stays', async ({ page, context }) => {
    await page.goto('/');
    await signIn(page);
    await expect(composer(page)).toBeVisible();
    const other = await context.newPage();
    await other.goto('/');
    await composer(other).fill('Half a thought');

    const sidebar = await openSidebar(page);
    await sidebar.getByTestId('account-menu').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(other.getByText('Your session has ended.')).toBeVisible();
    await expectAccessible(other);

    await signIn(other);
    await expect(composer(other)).toHaveValue('Half a thought');
    await composer(other).fill('');
  });
});
