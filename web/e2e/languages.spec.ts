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
  questions,
  test,
} from './support';

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('a failure says in German what happened and what to do', async ({ page, api }) => {
    const broken = await api.addService('Ohne Guthaben', 'demo-aria+quota');
    const { id } = await api.conversation({ service_ids: [broken.id] });
    await page.goto(`/c/${id}`);
    await page.getByRole('textbox', { name: 'Nachricht' }).fill(questions.udp);
    await page.keyboard.press('Enter');
    const failure = page.getByTestId('failure-message');
    await expect(failure).toContainText('Das Konto beim Dienst hat kein Guthaben mehr', { timeout: 30_000 });
    await expect(page.getByText('Laden Sie beim Dienst Guthaben auf')).toBeVisible();
    await expectAccessible(page);
  });

  test('a refusal of the server is told in German', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.route(`**/api/v1/conversations/${id}/messages`, (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            json: {
              type: '/problems/unavailable',
              title: 'Not available',
              status: 503,
              detail: 'The database cannot be reached.',
            },
          })
        : route.continue(),
    );
    await page.goto(`/c/${id}`);
    await page.getByRole('textbox', { name: 'Nachricht' }).fill(questions.udp);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: 'Ihr Text bleibt erhalten.' })).toContainText(
      'Der Server erreicht seine Datenbank nicht.',
      { timeout: 30_000 },
    );
    await expectAccessible(page);
  });

  test('what is wrong with a field, a service and the installation is told in German', async ({
    page,
    api,
  }) => {
    const { id } = await api.addService('Überlastet', 'demo-aria+503');
    await page.goto('/admin/services');
    const service = page.getByTestId('service').filter({ hasText: 'Überlastet' }).last();
    await service.getByRole('button', { name: 'Prüfen' }).click();
    await expect(service.getByTestId('service-health')).toContainText('Der Dienst ist überlastet.', {
      timeout: 60_000,
    });
    await api.send('delete', `/admin/services/${id}`);
    await page.goto('/admin/health');
    await expect(page.getByText('Der Hauptschlüssel passt zur Datenbank.')).toBeVisible();
    await expect(page.locator('main [lang="en"]')).toHaveCount(0);
    await page.goto('/admin/services');
    await page.getByRole('button', { name: 'Dienst hinzufügen' }).click();
    await page.getByLabel('Name').fill('Im Hausnetz');
    await page.getByLabel('Modell', { exact: true }).fill('ein-modell');
    for (const [refused, why] of [
      ['http://10.1.2.3/v1', /privaten Netz; die Verwaltung muss den Rechner erst erlauben/],
      ['https://ada:geheim@example.com/v1', 'darf weder Benutzernamen noch Passwort enthalten'],
    ] as const) {
      await page.getByLabel('Adresse').fill(refused);
      await page.getByRole('button', { name: 'Speichern' }).click();
      await expect(page.getByRole('alert').filter({ hasText: why })).toBeVisible();
    }
    await expect(page.getByLabel('Adresse')).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(page);
    await page.goto('/admin/people');
    await page.getByRole('button', { name: 'Einladen' }).first().click();
    await page.getByLabel('E-Mail').fill('a@b');
    await page.getByRole('button', { name: 'Link anlegen' }).click();
    await expect(page.getByText('ist keine E-Mail-Adresse').first()).toBeVisible();
  });

  test('on every section of the settings nothing covers anything', async ({ page }) => {
    for (const section of ['keys', 'services', 'tokens', 'webhooks', 'prompts']) {
      await page.goto(`/settings/${section}`);
      const heading = page.getByRole('heading', { level: 2 });
      await expect(heading).toBeVisible();
      const spills = await heading.evaluate((element) => element.scrollWidth > element.clientWidth + 1);
      expect(spills, section).toBe(false);
    }
  });
});

test('the lists and tables of an answer from right to left stand on their own side', async ({ page }) => {
  await askAndRank(page, questions.index);
  const text = [
    'استخدم فهرس **BRIN** على عمود الوقت.',
    '1. أولاً\n2. ثانيًا',
    '> ملاحظة',
    '| العمود | النوع |\n|---|---|\n| الوقت | timestamp |',
    'English stays left to right.',
  ].join('\n\n');
  await answersRead(page, text);
  await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
  const answer = page.getByTestId('expanded-answer');
  const direction = (part: Locator) => part.evaluate((element) => getComputedStyle(element).direction);
  for (const part of ['ol', 'blockquote', 'table']) {
    await expect(answer.locator(part)).toBeVisible();
    expect(await direction(answer.locator(part)), part).toBe('rtl');
  }
  expect(await direction(answer.getByText('English stays left to right.'))).toBe('ltr');
  await expectAccessible(page);
});

test('a question from right to left is written and shown from its own side', async ({ page, api }) => {
  const { id } = await api.conversation();
  await page.goto(`/c/${id}`);
  await ask(page, 'מה ההבדל בין TCP ל-UDP?');
  const direction = (part: Locator) => part.evaluate((element) => getComputedStyle(element).direction);
  expect(await direction(page.getByTestId('question').last())).toBe('rtl');
  await composer(page).fill('שלום');
  expect(await direction(composer(page))).toBe('rtl');
  await composer(page).fill('');
  await expect(cards(page).first().getByTestId('summary')).toBeVisible({ timeout: 30_000 });
});
