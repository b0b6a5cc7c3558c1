import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Locator, Page } from '@playwright/test';
import { type RunningQuorum, startQuorum } from './quorum';
import { admin, card, composer, expect, test } from './support';

const bob = { name: 'Bob', email: 'bob@example.com', password: 'battery staple 9' };
const serviceName = 'Team model';

/** A provider that wants a key, somewhere on this machine. */
async function startProvider(bin: string): Promise<{ origin: string; process: ChildProcess }> {
  const provider = spawn(bin, ['fleet'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [origin = ''] = await new Promise<string[]>((resolve) =>
    createInterface(provider.stdout).once('line', (line) => resolve([line.trim()])),
  );
  return { origin, process: provider };
}

test.describe('an instance for a team, run from the page alone', () => {
  test.skip(!process.env.QUORUM_BIN, 'needs QUORUM_BIN, to start an instance that nobody has set up');
  test.use({ storageState: { cookies: [], origins: [] } });
  let quorum: RunningQuorum;
  let provider: { origin: string; process: ChildProcess };

  test.beforeEach(async () => {
    const bin = process.env.QUORUM_BIN ?? '';
    provider = await startProvider(bin);
    quorum = await startQuorum(bin, {
      QUORUM__DEMO__ENABLED: 'false',
      QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS: JSON.stringify([new URL(provider.origin).host]),
    });
  });
  test.afterEach(async () => {
    await quorum.stop();
    provider.process.kill('SIGKILL');
  });

  test('from the first account to a member who asks, is seen, is counted and is shut out', async ({
    page,
    browser,
  }) => {
    await page.goto(quorum.url);
    await page.getByLabel('Name').fill(admin.name);
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByLabel('Password').fill(admin.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(composer(page)).toBeVisible();

    const service = await addService(page, `${provider.origin}/openai/v1`);
    await setKey(page);
    await test.step('the service answers a test', async () => {
      await go(page, 'Services');
      await service.getByRole('button', { name: 'Test' }).click();
      await expect(service.getByText('It answers')).toBeVisible({ timeout: 50_000 });
    });
    await setBudget(page);
    const invite = await inviteBob(page);

    const theirs = await browser.newContext({ storageState: { cookies: [], origins: [] } });
    const member = await theirs.newPage();
    await test.step('the member joins by the link and asks', async () => {
      await member.goto(quorum.url + new URL(invite, quorum.url).pathname + new URL(invite, quorum.url).hash);
      await member.getByLabel('Name').fill(bob.name);
      await member.getByLabel('Password').fill(bob.password);
      await member.getByRole('button', { name: 'Create account' }).click();
      await composer(member).fill('What makes a small team quick?');
      await composer(member).press('Enter');
      await expect(card(member, serviceName)).toBeVisible();
      // The first answer passes the cap from which there is a warning; nobody has to reload for it.
      await expect(member.getByText(/Budget warning \(Everybody, today\)/)).toBeVisible({ timeout: 50_000 });
    });

    await test.step('the administrator sees what was used, that nothing waits, and who did what', async () => {
      await go(page, 'Usage');
      await page.getByRole('button', { name: 'By person' }).click();
      await expect(page.getByRole('row').filter({ hasText: bob.name })).toBeVisible();
      await go(page, 'Budgets');
      await expect(page.getByText('Warning', { exact: true })).toBeVisible();
      await go(page, 'Queue');
      await expect(page.getByText('Nothing failed')).toBeVisible();
      await page.getByRole('button', { name: 'Waiting' }).click();
      await expect(page.getByText('Nothing waits')).toBeVisible();
      await go(page, 'Audit log');
      const entries = page.getByTestId('audit-entry');
      for (const act of [
        'Service added',
        'Provider key saved',
        'Budget changed',
        'Invitation made',
        'Registered',
      ])
        await expect(entries.filter({ hasText: act }).first()).toBeVisible();
    });

    await test.step('the member is disabled and is out at once', async () => {
      await go(page, 'People');
      const row = page.getByTestId('person').filter({ hasText: bob.email });
      await row.getByRole('button', { name: 'Disable' }).click();
      await row.getByRole('button', { name: 'Disable and stop everything' }).click();
      await expect(row.getByText('Disabled', { exact: true })).toBeVisible();
      await expect(member.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await theirs.close();
    });
  });
});

/** To a section of the administration, by its name. */
async function go(page: Page, section: string): Promise<void> {
  if (!page.url().includes('/admin')) await page.goto(`${new URL(page.url()).origin}/admin`);
  const sections = page.getByRole('navigation', { name: 'Administration' });
  await sections.getByRole('link', { name: section, exact: true }).click();
  await expect(page.getByRole('heading', { level: 2, name: section })).toBeVisible();
}

async function addService(page: Page, address: string): Promise<Locator> {
  await test.step('a service that wants a key is added', async () => {
    await go(page, 'Services');
    await page.getByRole('button', { name: 'Add service' }).click();
    const form = page.getByRole('form', { name: 'Add service' });
    await form.getByLabel('Name').fill(serviceName);
    await form.getByLabel('Format').selectOption('openai');
    await form.getByLabel('Address').fill(address);
    await form.getByLabel('Model', { exact: true }).fill('demo-bolt+tps900');
    await form.getByLabel('Input price (USD)', { exact: true }).fill('1');
    await form.getByLabel('Output price (USD)', { exact: true }).fill('2');
    await expect(form.getByLabel('Needs a key')).toBeChecked();
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toHaveCount(0);
  });
  return page.getByTestId('service').filter({ hasText: serviceName });
}

async function setKey(page: Page): Promise<void> {
  await test.step('a key for everybody is set and tested', async () => {
    await go(page, 'Provider keys');
    await page.getByRole('button', { name: 'Set a key' }).click();
    const form = page.getByRole('form', { name: 'Set a key' });
    await form.getByLabel('Service').selectOption({ index: 1 });
    await form.getByLabel('Key').fill('fleet-key-of-the-team-4711');
    await form.getByRole('button', { name: 'Save' }).click();
    const key = page.getByTestId('owned-key');
    await expect(key).toContainText('4711');
    await key.getByRole('button', { name: 'Test' }).click();
    await expect(key.getByText('Works', { exact: true })).toBeVisible({ timeout: 50_000 });
    expect(await page.content()).not.toContain('fleet-key-of-the-team');
  });
}

async function setBudget(page: Page): Promise<void> {
  await test.step('a budget is set for everybody', async () => {
    await go(page, 'Budgets');
    await page.getByRole('button', { name: 'Add budget' }).click();
    await page.getByLabel('For', { exact: true }).selectOption('day');
    await page.getByLabel('Warn from (US$)').fill('0.00001');
    await page.getByLabel('Refuse from (US$)').fill('5');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('meter', { name: 'Everybody, today' })).toBeVisible();
  });
}

async function inviteBob(page: Page): Promise<string> {
  return test.step('a member is invited', async () => {
    await go(page, 'People');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail').fill(bob.email);
    await page.getByRole('button', { name: 'Make link' }).click();
    const link = page.getByTestId('shown-once').locator('code');
    await expect(link).toHaveText(/\/invite#/);
    return (await link.textContent()) ?? '';
  });
}
