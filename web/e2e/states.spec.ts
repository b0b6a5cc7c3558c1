import type { Locator } from '@playwright/test';
import {
  answersRead,
  ask,
  askAndRank,
  card,
  cards,
  composer,
  expect,
  expectAccessible,
  isPhone,
  questions,
  test,
} from './support';

test.describe('states', () => {
  test('a conversation that is still loading shows its outline', async ({ page, api }) => {
    const { id } = await api.conversation({ title: 'Loading' });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.route(`**/api/v1/conversations/${id}/messages?*`, async (route) => {
      await gate;
      await route.continue();
    });
    await page.goto(`/c/${id}`);
    const outline = page.getByRole('main').getByRole('status').first();
    await expect(outline).toBeAttached();
    await expect(page.locator('.skeleton').first()).toBeVisible();
    await expectAccessible(page);
    open();
    await expect(page.locator('main .skeleton')).toHaveCount(0);
  });

  test('a conversation that cannot be loaded says so, and is loaded on request', async ({ page, api }) => {
    const { id } = await api.conversation({ title: 'Out of reach' });
    let down = true;
    await page.route(`**/api/v1/conversations/${id}/messages?*`, (route) =>
      down ? route.abort('connectionrefused') : route.continue(),
    );
    await page.goto(`/c/${id}`);
    const again = page.getByRole('main').getByRole('button', { name: /again/i }).first();
    await expect(again).toBeVisible();
    await expectAccessible(page);
    down = false;
    await again.click();
    await expect(composer(page)).toBeVisible();
    await expect(again).toBeHidden();
  });

  test('a budget that is reached is named, with its end, and nothing is lost', async ({ page, api }) => {
    const budget = await api.send<{ id: string }>('post', '/admin/budgets', {
      scope: 'instance',
      period: 'month',
      hard_micro_usd: 1,
    });
    try {
      const { id } = await api.conversation();
      await page.goto(`/c/${id}`);
      await composer(page).fill(questions.index);
      await composer(page).press('Enter');
      const refusal = page.getByRole('alert').filter({ hasText: 'Your text is kept.' });
      await expect(refusal).toBeVisible();
      await expect(refusal).toContainText(/budget .* has no room .* begins anew at \d{4}/);
      await expect(composer(page)).toHaveValue(questions.index);
      await expect(page.getByTestId('question')).toHaveCount(0);
      await expectAccessible(page);
      await composer(page).fill('');
    } finally {
      await api.send('delete', `/admin/budgets/${budget.id}`);
    }
  });

  test('every failure says what happened and what to do', async ({ page, api }) => {
    const kinds = ['contextlong', 'quota', 'filter', 'empty'];
    const services = [];
    for (const kind of kinds) services.push(await api.addService(`Fails by ${kind}`, `demo-aria+${kind}`));
    const { id } = await api.conversation({ service_ids: services.map((one) => one.id) });
    await page.goto(`/c/${id}`);
    await ask(page, questions.udp);
    await expect(page.getByTestId('failure-message')).toHaveCount(kinds.length, { timeout: 60_000 });
    for (const message of await page.getByTestId('failure-message').allTextContents()) {
      expect(message.length).toBeGreaterThan(30);
      expect(message).not.toMatch(/something went wrong|^\s*\d{3}\b|undefined|null/i);
    }
    await expect(
      cards(page)
        .getByRole('button', { name: /Retry|Add key/ })
        .first(),
    ).toBeVisible();
    await expectAccessible(page);
  });

  test('where no call was made, none is said to have taken time', async ({ page, api }) => {
    const keyless = await api.addService('Keyless', 'demo-aria', { requires_key: true });
    const { id } = await api.conversation({ service_ids: [keyless.id] });
    await page.goto(`/c/${id}`);
    await ask(page, questions.udp);
    await expect(card(page, 'Keyless').getByRole('button', { name: 'Add key' })).toBeVisible();
    await expect(card(page, 'Keyless').getByTestId('figures')).not.toContainText(/\d/);
  });

  test('a demo says that it is one', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByTestId('demo-badge')).toBeVisible();
  });
});

test.describe('details', () => {
  test('the icon of a tab in the background shows that an answer has come', async ({ page, api }) => {
    await page.addInitScript(() => {
      Object.defineProperty(document, 'hidden', { get: () => Boolean((window as { away?: boolean }).away) });
    });
    const { id } = await api.pacedConversation();
    await page.goto(`/c/${id}`);
    const icon = page.locator('link[rel="icon"]');
    await expect(icon).toHaveAttribute('href', /favicon\.svg/);
    await ask(page, questions.udp);
    await page.evaluate(() => Object.assign(window, { away: true }));
    await expect(icon).toHaveAttribute('href', /favicon-new\.svg/, { timeout: 30_000 });
    await page.evaluate(() => {
      Object.assign(window, { away: false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect(icon).toHaveAttribute('href', /favicon\.svg/);
  });

  test('the theme follows the system until it is set', async ({ page }) => {
    await page.goto('/');
    const theme = page.locator('html');
    await expect(theme).toHaveAttribute('data-theme', 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(theme).toHaveAttribute('data-theme', 'dark');
    await page.goto('/settings/appearance');
    await page.getByRole('radio', { name: 'Light' }).click();
    await expect(theme).toHaveAttribute('data-theme', 'light');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(theme).toHaveAttribute('data-theme', 'light');
  });

  test('after every drawer and dialog the focus is where it was', async ({ page }) => {
    await askAndRank(page, questions.index);
    const opener = async (button: Locator, close: string) => {
      await button.focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.keyboard.press(close);
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(button).toBeFocused();
    };
    await opener(page.getByTestId('open-preview'), 'Escape');
    await opener(page.getByRole('button', { name: 'Who voted what' }), 'Escape');
    await opener(page.getByRole('button', { name: /Instructions/ }), 'Escape');
    await card(page, 'Aria').focus();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(card(page, 'Aria')).toBeFocused();
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(card(page, 'Aria')).toBeFocused();
  });

  test('an address leads back to the opened answer, and back closes what forward opened', async ({
    page,
    context,
  }) => {
    await askAndRank(page, questions.index);
    await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
    await expect(page).toHaveURL(/open=/);
    const other = await context.newPage();
    await other.goto(page.url());
    await expect(other.getByTestId('expanded-answer')).toContainText('BRIN');
    await other.close();
    await page.goBack();
    await expect(page.getByTestId('expanded-answer')).toBeHidden();
    await page.goForward();
    await expect(page.getByTestId('expanded-answer')).toBeVisible();
  });

  test('numbers and money are written as the language writes them', async ({ page }) => {
    await askAndRank(page, questions.index);
    await expect(card(page, 'Aria').getByTestId('figures')).toHaveText(/\$0\.\d+/);
    await page.evaluate(() => localStorage.setItem('quorum.language', 'de'));
    await page.reload();
    await expect(card(page, 'Aria').getByTestId('figures')).toHaveText(/0,\d+\s\$/);
    await page.evaluate(() => localStorage.removeItem('quorum.language'));
  });

  test('an answer of five thousand lines of code, fifty columns and text from right to left stays in its card', async ({
    page,
  }) => {
    await askAndRank(page, questions.index);
    const lines = Array.from({ length: 5000 }, (_, at) => `let line_${at} = "${'x'.repeat(at % 90)}";`);
    const row = (cell: string) => `|${` ${cell} |`.repeat(50)}`;
    const text = [
      `\`\`\`rust\n${lines.join('\n')}\n\`\`\``,
      `${row('column')}\n|${'---|'.repeat(50)}\n${row('cell')}`,
      'שלום עולם, זהו טקסט מימין לשמאל',
      'w'.repeat(3000),
    ].join('\n\n');
    await answersRead(page, text);
    await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
    const answer = page.getByTestId('expanded-answer');
    await expect(answer).toContainText('line_4999');
    const width = page.viewportSize()?.width ?? 0;
    const box = await card(page, 'Aria').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    const hebrew = answer.getByText('שלום עולם');
    expect(await hebrew.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    if (!isPhone(page)) await expectAccessible(page);
  });
});
