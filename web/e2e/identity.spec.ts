import { admin, expect, expectAccessible, test } from './support';

test.describe('one’s own account', () => {
  test('a token is shown once, works, and stops working when it is revoked', async ({ page, request }) => {
    const name = `Script ${test.info().project.name}`;
    await page.goto('/settings/tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByRole('button', { name: 'Make token' }).click();
    await expect(page.getByText('Enter a name.')).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make token' }).click();
    const shown = page.getByTestId('shown-once').locator('code');
    await expect(shown).toHaveText(/^qk_/);
    await expectAccessible(page);
    const token = (await shown.textContent()) ?? '';
    await page.getByRole('button', { name: 'Copy token' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    const asked = () =>
      request.get('/api/v1/conversations', { headers: { authorization: `Bearer ${token}`, cookie: '' } });
    expect((await asked()).status()).toBe(200);
    await page.reload();
    await expect(page.getByText(token)).toHaveCount(0);
    const row = page.getByTestId('api-token').filter({ hasText: name });
    await expect(row.getByText(/Used/)).toBeVisible();
    await row.getByRole('button', { name: `Revoke ${name}` }).click();
    await row.getByRole('button', { name: 'Revoke for good' }).click();
    await expect(row).toHaveCount(0);
    expect((await asked()).status()).toBe(401);
  });

  test('another browser is seen and signed out from here', async ({ page, browser, home }) => {
    const elsewhere = await browser.newContext({ baseURL: home, storageState: { cookies: [], origins: [] } });
    const other = await elsewhere.newPage();
    await other.goto('/sign-in');
    await other.getByLabel('E-mail').fill(admin.email);
    await other.getByLabel('Password').fill(admin.password);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await expect(other.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await page.goto('/settings/sessions');
    await expect(page.getByTestId('session').first()).toBeVisible();
    await expect(page.getByText('This one')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'End all others' }).click();
    await expect(page.getByTestId('session')).toHaveCount(1);
    await expect(other.getByText('Your session has ended.')).toBeVisible();
    await elsewhere.close();
  });

  test('a new password asks for the old one', async ({ page }) => {
    await page.goto('/settings/password');
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password').fill('a fresh passphrase 3');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(page);
  });
});

test.describe('the people of an instance', () => {
  test('are invited, given a new password, disabled; and all of it is in the audit log', async ({
    page,
    browser,
    home,
  }) => {
    const email = `bob-${test.info().project.name}-${test.info().retry}@example.com`;
    await page.goto('/admin/people');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Make link' }).click();
    const link = page.getByTestId('shown-once').locator('code');
    await expect(link).toHaveText(/\/invite#/);
    await expectAccessible(page);
    const invite = (await link.textContent()) ?? '';
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByTestId('account-link').filter({ hasText: email })).toBeVisible();

    const theirs = await browser.newContext({ baseURL: home, storageState: { cookies: [], origins: [] } });
    const bob = await theirs.newPage();
    await bob.goto(invite);
    await expect(bob.getByLabel('E-mail')).toHaveValue(email);
    await expectAccessible(bob);
    await bob.getByLabel('Name').fill('Bob');
    await bob.getByLabel('Password').fill('battery staple 9');
    await bob.getByRole('button', { name: 'Create account' }).click();
    await expect(bob.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await bob.goto('/admin/people');
    await expect(bob.getByText(/Only an administrator/)).toBeVisible();

    await page.reload();
    const row = page.getByTestId('person').filter({ hasText: email });
    await row.getByRole('button', { name: 'New password' }).click();
    await expect(link).toHaveText(/\/reset#/);
    const reset = (await link.textContent()) ?? '';
    await bob.goto('about:blank');
    await bob.goto(reset);
    await expect(bob.getByText(email)).toBeVisible();
    await expectAccessible(bob);
    await bob.getByLabel('New password').fill('a fresh passphrase 3');
    await bob.getByRole('button', { name: 'Set password' }).click();
    await expect(bob.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await bob.goto('about:blank');
    await bob.goto(reset);
    await expect(bob.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
    await bob.goto('/');

    await row.getByRole('button', { name: 'Disable' }).click();
    await row.getByRole('button', { name: 'Disable and stop everything' }).click();
    await expect(row.getByText('Disabled', { exact: true })).toBeVisible();
    await expect(bob.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await theirs.close();

    await page.goto('/admin/audit');
    await page.getByLabel('To what').fill(email);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const entries = page.getByTestId('audit-entry');
    await expect(entries.first()).toContainText('Person disabled');
    await expect(entries.filter({ hasText: 'Password set by link' })).toHaveCount(1);
    await expect(entries.filter({ hasText: 'Invitation made' })).toHaveCount(1);
    await entries.first().getByText('Details').click();
    await expect(entries.first()).toContainText('SHA-256');
    await expectAccessible(page);
  });
});
