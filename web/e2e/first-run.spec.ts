import { type RunningQuorum, startQuorum } from './quorum';
import { admin, batchLine, cards, expect, expectAccessible, test } from './support';

test.describe('the first start', () => {
  test.skip(!process.env.QUORUM_BIN, 'needs QUORUM_BIN, to start an instance that nobody has set up');
  test.use({ storageState: { cookies: [], origins: [] } });
  let quorum: RunningQuorum;

  test.beforeAll(async () => {
    quorum = await startQuorum(process.env.QUORUM_BIN ?? '');
  });
  test.afterAll(() => quorum?.stop());

  test('leads from an empty machine to a ranked answer', async ({ page }) => {
    await page.goto(`${quorum.url}/c/anything`);
    await expect(page).toHaveURL(/\/setup$/);
    await expect(page.getByText('three demo services')).toBeVisible();

    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('Enter your name.')).toBeVisible();
    await expectAccessible(page);

    await page.getByLabel('Name').fill(admin.name);
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password').fill('1234567');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
    await page.getByLabel('Password').fill(admin.password);
    await page.getByRole('button', { name: 'Create account' }).click();

    await expect(page.getByRole('heading', { name: 'Ask once, hear several answers' })).toBeVisible();
    await expect(page.getByTestId('demo-badge')).toBeVisible();
    const samples = page.getByTestId('sample-question');
    expect(await samples.count()).toBeGreaterThanOrEqual(4);
    await samples.first().click();
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(cards(page)).toHaveCount(3);
    await expect(batchLine(page)).toContainText('3 of 3 answered, ranked by', { timeout: 30_000 });
  });

  test('is over once there is an account', async ({ page }) => {
    await page.goto(`${quorum.url}/setup`);
    await expect(page).toHaveURL(/\/sign-in$/);
  });
});
