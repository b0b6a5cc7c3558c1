import type { Page } from '@playwright/test';
import { type Api, ask, batchLine, card, cards, expect, expectAccessible, questions, test } from './support';

const THOUGHT = 'Let me look at what is asked before I answer.';

/** A conversation with a service that thinks for so long, and names sources, beside one that does neither. */
async function thinking(page: Page, api: Api, milliseconds: number, pace = 400): Promise<void> {
  const deep = await api.addService('Deep thought', `demo-aria+thinks${milliseconds}+cites+tps${pace}`);
  const plain = await api.addService('Plain', 'demo-bolt+slow30+tps900');
  const { id } = await api.conversation({ service_ids: [deep.id, plain.id], judging_policy: 'local' });
  await page.goto(`/c/${id}`);
}

const settled = (page: Page) => expect(batchLine(page)).toContainText('ordered by agreement');

test.describe('reasoning and sources', () => {
  test('a model that thinks says so with the time, its thoughts folded, and a reload goes on', async ({
    page,
    api,
  }) => {
    // It writes slowly enough for its reasoning to be looked at while the card is still live.
    await thinking(page, api, 25_000, 20);
    await ask(page, questions.index);
    const deep = card(page, 'Deep thought');
    const summary = deep.getByText(/^Thinking… \d+ s$/);
    await expect(summary).toBeVisible();
    await expect(deep.getByText(THOUGHT)).toHaveCount(0);
    const before = await deep.boundingBox();
    await summary.click();
    const thoughts = deep.getByRole('region', { name: 'Reasoning' });
    await expect(thoughts).toContainText(THOUGHT);
    expect((await deep.boundingBox())?.height, 'the card keeps its size').toBe(before?.height);
    await expectAccessible(page);
    const length = (await thoughts.textContent())?.length ?? 0;
    await expect.poll(async () => (await thoughts.textContent())?.length ?? 0).toBeGreaterThan(length);

    await page.reload();
    await expect(summary).toBeVisible();
    await expect(deep.getByText(/^Thinking… \d+ s$/)).not.toHaveText('Thinking… 0 s');
    await summary.click();
    await expect(thoughts).toContainText(THOUGHT);
    await expect(deep.getByText('Reasoning', { exact: true })).toBeVisible({ timeout: 40_000 });
    await expect(thoughts, 'what was opened stays open').toBeVisible();
  });

  test('a whole answer has its reasoning folded above and its sources numbered below', async ({
    page,
    api,
  }) => {
    await thinking(page, api, 100);
    await ask(page, questions.index);
    await settled(page);
    const deep = card(page, 'Deep thought');
    await deep.getByRole('button', { name: 'Expand' }).click();
    const folded = deep.getByTestId('model-reasoning');
    await expect(folded).not.toHaveAttribute('open');
    const top = () =>
      folded.locator('summary').evaluate((one) => Math.round(one.getBoundingClientRect().top));
    const place = await top();
    await folded.locator('summary').click();
    await expect(folded.getByRole('region', { name: 'Reasoning' })).toContainText(THOUGHT);
    expect(await top(), 'opening moves nothing above').toBe(place);
    await folded.locator('summary').press('Enter');
    await expect(folded).not.toHaveAttribute('open');
    expect(await top(), 'closing neither').toBe(place);

    const sources = deep.getByTestId('sources');
    await expect(sources.getByRole('listitem')).toHaveText([
      '1.BRIN Indexes www.postgresql.org',
      '2.Logs, kept by time example.com',
      '3.A page that <b>must not</b> be opened',
    ]);
    await expect(sources.locator('a, img, script')).toHaveCount(0);
    await expectAccessible(page);
    await sources.getByRole('button', { name: 'BRIN Indexes' }).click();
    await expect(page.getByTestId('link-host')).toHaveText('www.postgresql.org');
    const link = page.getByRole('link', { name: 'Open in a new tab' });
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    await expect(link).toHaveAttribute('target', '_blank');
    await page.keyboard.press('Escape');
  });

  test('what was thought before it was stopped can be read after a reload', async ({ page, api }) => {
    await thinking(page, api, 60_000);
    await ask(page, questions.index);
    const deep = card(page, 'Deep thought');
    await expect(deep.getByTestId('stage')).toContainText('Thinking');
    await deep.getByText(/^Thinking… \d+ s$/).click();
    await expect(deep.getByRole('region', { name: 'Reasoning' })).toContainText(THOUGHT);
    await deep.getByRole('button', { name: 'Stop' }).click();
    await expect(deep.getByText('Stopped', { exact: true })).toBeVisible();
    await page.reload();
    await deep.getByTestId('model-reasoning').locator('summary').click();
    await expect(deep.getByRole('region', { name: 'Reasoning' })).toContainText(THOUGHT);
    await expectAccessible(page);
  });

  test('a closed card says how many sources there are, and lists them on request', async ({ page, api }) => {
    await thinking(page, api, 100);
    await ask(page, questions.index);
    await settled(page);
    await page.reload();
    const count = card(page, 'Deep thought').getByTestId('source-count');
    await expect(count.locator('summary')).toHaveText('3 sources');
    await expect(card(page, 'Plain').getByTestId('source-count')).toHaveCount(0);
    await count.locator('summary').click();
    await expect(count.getByRole('listitem')).toHaveCount(3);
    await expectAccessible(page);
    await expect(cards(page)).toHaveCount(2);
  });

  test('who has a shared link sees the sources, and the reasoning folded', async ({ page, api, home }) => {
    await thinking(page, api, 100);
    await ask(page, questions.index);
    await settled(page);
    const conversation = page.url().split('/c/')[1]?.split('?')[0];
    const shared = await api.send<{ token: string }>('post', `/conversations/${conversation}/shares`, {});
    await page.goto(`${home}/shared/${shared.token}`);
    const answer = page.locator('details', { hasText: 'Deep thought' }).first();
    if (!(await answer.evaluate((one: HTMLDetailsElement) => one.open))) {
      await answer.locator('summary').first().click();
    }
    await expect(answer.getByTestId('sources').getByRole('listitem')).toHaveCount(3);
    const folded = answer.getByTestId('model-reasoning');
    await expect(folded).not.toHaveAttribute('open');
    await folded.locator('summary').click();
    await expect(folded).toContainText(THOUGHT);
    await expectAccessible(page);
  });
});
