import { ask, card, composer, expect, test } from './support';

test.describe('bad input', () => {
  test('a message that is too long is counted, refused and kept', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await composer(page).fill('x'.repeat(8_001));
    await expect(page.getByTestId('counter')).toContainText('1 over the limit of 8,000');
    await composer(page).press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: 'at most 8,000 characters' })).toBeVisible();
    await expect(composer(page)).toHaveValue('x'.repeat(8_001));
    await composer(page).fill('');
  });

  test('what the server refuses is shown beside the composer', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.route('**/api/v1/instance', async (route) => {
      const reply = await route.fetch();
      const body = await reply.json();
      body.limits.message_chars = 100_000;
      await route.fulfill({ response: reply, json: body });
    });
    await page.goto(`/c/${id}`);
    await composer(page).fill('y'.repeat(8_001));
    await composer(page).press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: '8,000' })).toContainText('Your text is kept.');
    await expect(composer(page)).toHaveValue('y'.repeat(8_001));
    await composer(page).fill('');
  });

  test('nothing is sent that is only blanks', async ({ page }) => {
    await page.goto('/');
    await composer(page).fill('   \n ');
    await composer(page).press('Enter');
    await expect(page).toHaveURL(/\/$/);
    await composer(page).fill('');
  });

  test('a hostile answer runs nothing and loads nothing from elsewhere', async ({ page, api, home }) => {
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(home) && !request.url().startsWith('data:'))
        elsewhere.push(request.url());
    });
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    const echo = await api.addService('Parrot', 'echo');
    const { id } = await api.conversation({ service_ids: [echo.id] });
    await page.goto(`/c/${id}`);
    await ask(
      page,
      '<img src=x onerror=alert(1)> <script>alert(2)</script> ![p](https://evil.example/p.gif) [x](javascript:alert(3)) $\\href{javascript:alert(4)}{y}$',
    );
    await expect(card(page, 'Parrot').getByRole('button', { name: 'Expand' })).toBeVisible({
      timeout: 30_000,
    });
    await card(page, 'Parrot').getByRole('button', { name: 'Expand' }).click();
    await expect(page.getByTestId('expanded-answer')).not.toBeEmpty();
    await page.waitForLoadState('networkidle');
    expect(dialogs).toBe(0);
    expect(elsewhere).toEqual([]);
  });

  test('long words, long code and wide tables stay inside their card', async ({ page, api }) => {
    const echo = await api.addService('Wide', 'echo');
    const { id } = await api.conversation({ service_ids: [echo.id] });
    await page.goto(`/c/${id}`);
    const wide = `|${' column |'.repeat(50)}\n|${'---|'.repeat(50)}\n|${' cell |'.repeat(50)}`;
    await composer(page).fill(
      `${'w'.repeat(600)}\n\n${wide}\n\n\`\`\`\n${'c'.repeat(900)}\n\`\`\`\n\nשלום עולם`,
    );
    await composer(page).press('Enter');
    await expect(card(page, 'Wide').getByRole('button', { name: 'Expand' })).toBeVisible({ timeout: 30_000 });
    await card(page, 'Wide').getByRole('button', { name: 'Expand' }).click();
    await expect(page.getByTestId('expanded-answer')).not.toBeEmpty();
    const box = await card(page, 'Wide').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  });
});
