import { ask, card, composer, expect, expectAccessible, questions, test } from './support';

interface StoredAnswer {
  items: { batch: { responses: { id: string; service_name: string }[] } }[];
}

test.describe('nothing is missed', () => {
  async function slowConversation(api: import('./support').Api) {
    const slow = await api.addService('Slow', 'demo-aria+tps25');
    const { id } = await api.conversation({ service_ids: [slow.id] });
    return id;
  }

  async function wholeText(api: import('./support').Api, id: string): Promise<string | null> {
    const thread = await api.get<StoredAnswer>(`/conversations/${id}/messages`);
    const response = thread.items[0]?.batch.responses[0];
    const answer = await api.get<{ expanded_content: string | null; attempt: number }>(
      `/responses/${response?.id}`,
    );
    return answer.expanded_content;
  }

  const plain = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '');

  async function expectWhole(
    page: import('@playwright/test').Page,
    api: import('./support').Api,
    id: string,
  ) {
    await expect(card(page, 'Slow').getByTestId('summary')).toBeVisible({ timeout: 40_000 });
    await card(page, 'Slow').getByRole('button', { name: 'Expand' }).click();
    const prose = plain((await wholeText(api, id))?.split('```')[0] ?? '');
    await expect
      .poll(async () =>
        plain((await page.getByTestId('expanded-answer').textContent()) ?? '').startsWith(prose),
      )
      .toBe(true);
  }

  test('after a reload in the middle of an answer', async ({ page, api }) => {
    const id = await slowConversation(api);
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    await expect
      .poll(async () => (await page.getByTestId('live-text').textContent())?.length ?? 0)
      .toBeGreaterThan(60);
    await page.reload();
    await expect
      .poll(async () => (await page.getByTestId('live-text').textContent())?.length ?? 0)
      .toBeGreaterThan(60);
    await expectWhole(page, api, id);
  });

  test('in a second tab', async ({ page, context, api }) => {
    const id = await slowConversation(api);
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    const other = await context.newPage();
    await other.goto(`/c/${id}`);
    await expect(other.getByTestId('live-text')).toBeVisible();
    await expect(card(other, 'Slow').getByTestId('summary')).toBeVisible({ timeout: 40_000 });
    await card(page, 'Slow').getByRole('button', { name: 'Select' }).click();
    await expect(card(other, 'Slow').getByText('Kept', { exact: true })).toBeVisible({ timeout: 2000 });
  });

  test('after the connection was lost', async ({ page, context, api }) => {
    const id = await slowConversation(api);
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    await expect(page.getByTestId('live-text')).toBeVisible();
    await context.setOffline(true);
    await expect(page.getByTestId('offline-banner')).toBeVisible();
    await composer(page).fill('Kept while offline');
    await composer(page).press('Enter');
    await expect(page.getByText('You are offline. The text is kept here')).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByTestId('question')).toHaveCount(1);
    const heard = (await page.getByTestId('live-text').textContent())?.length ?? 0;
    await expect.poll(async () => (await wholeText(api, id))?.length ?? 0).toBeGreaterThan(heard);
    await context.setOffline(false);
    await expect(page.getByTestId('offline-banner')).toBeHidden();
    await expect(composer(page)).toHaveValue('Kept while offline');
    await expectWhole(page, api, id);
    await composer(page).fill('');
  });

  test('a draft survives a reload', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await composer(page).fill('Not sent yet');
    await page.reload();
    await expect(composer(page)).toHaveValue('Not sent yet');
    await page.goto('/');
    await expect(composer(page)).toHaveValue('');
  });

  test('a draft survives a crash, each conversation with its own', async ({ page, context, api }) => {
    const [one, two] = [await api.conversation(), await api.conversation()];
    await page.goto(`/c/${one.id}`);
    await composer(page).fill('Half of the first');
    await page.goto(`/c/${two.id}`);
    await composer(page).fill('Half of the second');
    // Nothing of the page is told that it ends.
    await page.close({ runBeforeUnload: false });
    const again = await context.newPage();
    for (const [conversation, draft] of [
      [one, 'Half of the first'],
      [two, 'Half of the second'],
    ] as const) {
      await again.goto(`/c/${conversation.id}`);
      await expect(composer(again)).toHaveValue(draft);
      await composer(again).fill('');
    }
  });

  test('a message whose reply was lost is not asked twice', async ({ page, api }) => {
    const id = await slowConversation(api);
    await page.goto(`/c/${id}`);
    let dropped = false;
    await page.route('**/api/v1/conversations/*/messages', async (route) => {
      if (route.request().method() !== 'POST' || dropped) return route.continue();
      dropped = true;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await composer(page).fill(questions.index);
    await composer(page).press('Enter');
    await expect(page.getByText('Your text is kept.')).toBeVisible();
    await composer(page).press('Enter');
    await expect(composer(page)).toHaveValue('');
    const { items } = await api.get<{ items: unknown[] }>(`/conversations/${id}/messages`);
    expect(items).toHaveLength(1);
    await expect(page.getByTestId('question')).toHaveCount(1);
  });
});
