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
  openSidebar,
  questions,
  ranked,
  test,
} from './support';

test.describe('details', () => {
  test('a lost live connection is said, tried again on request, and made good', async ({ page, api }) => {
    const { id } = await api.conversation();
    let cut = false;
    const open = new Set<{ close(): Promise<void> }>();
    await page.routeWebSocket(/\/ws\//, (socket) => {
      if (cut) {
        void socket.close();
        return;
      }
      open.add(socket);
      socket.connectToServer();
    });
    await page.goto(`/c/${id}`);
    await expect(composer(page)).toBeVisible();
    cut = true;
    for (const socket of open) await socket.close();
    const banner = page.getByTestId('offline-banner');
    await expect(banner).toContainText('The live connection is gone.', { timeout: 30_000 });
    await expectAccessible(page);
    cut = false;
    await banner.getByRole('button', { name: 'Try now' }).click();
    await expect(banner).toBeHidden();
    await ask(page, questions.index);
    await expect(cards(page).first().getByTestId('summary')).toBeVisible({ timeout: 30_000 });
  });

  test('text that comes in below moves nothing for a reader further up', async ({ page, api }) => {
    await page.setViewportSize({ width: page.viewportSize()?.width ?? 1280, height: 420 });
    const slow = await api.addService('Unhurried', 'demo-aria+slow300+tps6');
    const { id } = await api.conversation({ service_ids: [slow.id] });
    await page.goto(`/c/${id}`);
    await ask(page, questions.code);
    await expect(page.getByTestId('live-text').first()).toBeVisible();
    const question = page.getByTestId('question').first();
    await question.scrollIntoViewIfNeeded();
    await page.mouse.move(200, 200);
    await page.mouse.wheel(0, -4000);
    const before = await question.boundingBox();
    const heard = (await page.getByTestId('live-text').first().textContent())?.length ?? 0;
    await expect
      .poll(async () => (await page.getByTestId('live-text').first().textContent())?.length ?? 1e9)
      .toBeGreaterThan(heard);
    expect((await question.boundingBox())?.y).toBe(before?.y);
  });

  test('an answer is copied as Markdown, and code alone as code', async ({ page }) => {
    await askAndRank(page, questions.index);
    const aria = card(page, 'Aria');
    await aria.getByRole('button', { name: 'Copy as Markdown' }).first().click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toContain('```sql');
    await aria.getByRole('button', { name: 'Expand' }).click();
    await aria.getByRole('button', { name: 'Copy code' }).first().click();
    await expect.poll(copied).toContain('CREATE INDEX');
    expect(await copied()).not.toContain('```');
    await expect(page.getByText('Copied', { exact: true }).first()).toBeAttached();
  });

  test('what a model thought before it answered is folded, and opens on request', async ({ page }) => {
    await askAndRank(page, questions.index);
    await answersRead(page, '<think>First the writes.</think>\n\nUse **BRIN**.');
    await card(page, 'Aria').getByRole('button', { name: 'Expand' }).click();
    const answer = page.getByTestId('expanded-answer');
    await expect(answer.locator('strong')).toHaveText('BRIN');
    await expect(answer.getByText('First the writes.')).toBeHidden();
    await expect(answer).not.toContainText('think>');
    await answer.getByText('Reasoning', { exact: true }).click();
    await expect(answer.getByText('First the writes.')).toBeVisible();
    await expectAccessible(page);
  });

  test('times are relative and have the exact one on hover; the title is in the tab', async ({
    page,
    api,
  }) => {
    const { id } = await api.conversation({ title: `In the tab ${test.info().project.name}` });
    await page.goto(`/c/${id}`);
    await expect(page).toHaveTitle(/In the tab/);
    await api.send('post', `/conversations/${id}/messages`, { content: 'Findable zebra words' });
    await page.goto(`/c/${id}`);
    const list = await openSidebar(page);
    await list.getByRole('searchbox').fill('zebra');
    const time = list.getByTestId('search-hit').first().locator('time');
    await expect(time).toHaveText(/just now|ago/);
    await expect(time).toHaveAttribute('title', /\d{4}/);
  });

  test('Ctrl+Enter sends', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await composer(page).fill(questions.udp);
    await composer(page).press('Control+Enter');
    await expect(page.getByTestId('question')).toHaveText(questions.udp);
    await expect(composer(page)).toHaveValue('');
  });

  test('nothing moves for those who asked for less motion', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto('/');
    const longest = await page.evaluate(() => {
      const seconds = (text: string) =>
        Math.max(
          ...text.split(',').map((part) => Number.parseFloat(part) * (part.includes('ms') ? 0.001 : 1)),
        );
      return Math.max(
        ...[...document.querySelectorAll('*')].map((element) => {
          const style = getComputedStyle(element);
          return Math.max(seconds(style.transitionDuration), seconds(style.animationDuration));
        }),
      );
    });
    expect(longest).toBeLessThan(0.001);
  });

  test('a word found in a folded answer opens that answer', async ({ page }) => {
    await askAndRank(page, questions.index);
    const list = await openSidebar(page);
    await list.getByRole('searchbox').fill('pages_per_range');
    await list.getByTestId('search-hit').first().click();
    if (isPhone(page)) await expect(list).toBeHidden();
    const opened = page.getByTestId('expanded-answer');
    await expect(opened).toBeVisible();
    await expect(opened).toContainText('pages_per_range');
    await ranked(page);
  });
});
