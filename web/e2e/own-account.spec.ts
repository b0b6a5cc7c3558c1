import { readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import {
  type Api,
  askAndRank,
  expect,
  expectAccessible,
  isPhone,
  openSidebar,
  questions,
  test,
} from './support';

const password = 'battery staple 9';

/** Somebody with an account of their own, signed in in a browser of their own. */
async function somebody(browser: Browser, api: Api, home: string, name: string) {
  const { project, retry } = test.info();
  const email = `${name.toLowerCase()}-${project.name}-${retry}@example.com`;
  await api.send('post', '/admin/users', { name, email, password });
  const theirs = await browser.newContext({
    ...project.use,
    baseURL: home,
    storageState: { cookies: [], origins: [] },
  });
  const page = await theirs.newPage();
  await signIn(page, email);
  return { page, theirs, email };
}

async function signIn(page: Page, email: string) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test.describe('one’s own data', () => {
  test('the name is changed, and another tab shows it too', async ({ browser, api, home }) => {
    const { page, theirs } = await somebody(browser, api, home, 'Nora');
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    const other = await theirs.newPage();
    await other.goto('/settings/profile');
    await expect(other.getByLabel('Name')).toHaveValue('Nora');
    await page.goto('/settings/profile');
    const name = page.getByLabel('Name');
    await expect(page.getByRole('button', { name: 'Save name' })).toBeDisabled();
    await name.fill('   ');
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(page.getByText('Enter a name.')).toBeVisible();
    await expectAccessible(page);
    await name.fill('Nora Ω');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Name saved')).toBeVisible();
    await expect((await openSidebar(page)).getByTestId('account-menu')).toHaveText(/Nora Ω/);
    await expect((await openSidebar(other)).getByTestId('account-menu')).toHaveText(/Nora Ω/);
    await theirs.close();
  });

  test('everything is taken out as one archive, and comes in again from it', async ({ page }) => {
    await askAndRank(page, questions.udp);
    await page.goto('/settings/data');
    await expect(page.getByText(/conversations?, .* about/)).toBeVisible();
    await expectAccessible(page);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Make the archive' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^quorum-data-\d{4}-\d\d-\d\d\.zip$/);
    await expect(page.getByText(/The archive is saved among your downloads/)).toBeVisible();
    const path = await download.path();
    expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');
    await page.getByLabel('Choose a file').setInputFiles(path);
    await expect(page.getByText(/conversations? brought in/)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(/could not be brought in/)).toHaveCount(0);
    await expectAccessible(page);
  });

  test('the making of an archive shows how far it is, can be cancelled, and a broken one is not saved', async ({
    page,
  }) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/v1/account/export', async (route) => {
      await held;
      await route.abort().catch(() => undefined);
    });
    await page.goto('/settings/data');
    await page.getByRole('button', { name: 'Make the archive' }).click();
    await expect(page.getByRole('progressbar', { name: 'The archive is being made' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('Cancelled; nothing was saved.')).toBeVisible();
    await page.getByRole('button', { name: 'Make the archive' }).click();
    release();
    await expect(page.getByText(/The connection broke, so nothing was saved/)).toBeVisible();
  });
});

test.describe('closing one’s account', () => {
  test('is refused to the only administrator, with the way out', async ({ page, api }) => {
    const me = await api.get<{ user: { id: string } }>('/account');
    const people = await api.get<{ items: { id: string; role: string }[] }>('/admin/users');
    for (const other of people.items)
      if (other.role === 'admin' && other.id !== me.user.id)
        await api.send('patch', `/admin/users/${other.id}`, { role: 'user' });
    await page.goto('/settings/data');
    await expect(page.getByText(/You are the only administrator here/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Close my account' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Manage people' }).click();
    await expect(page).toHaveURL(/admin\/people/);
  });

  test('asks for the password, shows the day everywhere, and is taken back from any sign-in', async ({
    browser,
    api,
    home,
  }) => {
    const { page, theirs, email } = await somebody(browser, api, home, 'Lena');
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    const other = await theirs.newPage();
    await other.goto('/settings/appearance');
    await page.goto('/settings/data');
    await page.getByRole('button', { name: 'Close my account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Close your account' });
    await expect(dialog.getByText('API tokens, webhooks and shared links stop working.')).toBeVisible();
    await expectAccessible(page);
    const confirm = dialog.getByRole('button', { name: 'Close my account' });
    await confirm.click();
    await expect(dialog.getByText('Enter your password.')).toBeVisible();
    await dialog.getByLabel('Your password').fill('not the one');
    await confirm.click();
    await expect(dialog.getByLabel('Your password')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Your password').fill(password);
    await confirm.click();

    const banner = page.getByTestId('leaving-banner');
    await expect(banner).toContainText(/On .+ everything in it is erased\./);
    await expectAccessible(page);
    await expect(other.getByTestId('leaving-banner')).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      banner.getByRole('button', { name: 'Make the archive' }).click(),
    ]);
    expect(download.suggestedFilename()).toContain('quorum-data');

    await banner.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/sign-in/);
    await signIn(page, email);
    await expect(page.getByTestId('leaving-banner')).toBeVisible();
    await page.getByRole('button', { name: 'Keep my account' }).click();
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    if (!isPhone(page)) await expect(page.getByTestId('account-menu')).toContainText('Lena');
    await theirs.close();
  });
});
