import type { Locator, Page } from '@playwright/test';
import {
  answersRead,
  ask,
  askAndRank,
  batchLine,
  card,
  cards,
  composer,
  expect,
  expectAccessible,
  questions,
  ranked,
  test,
} from './support';

const PAPER = 'test-results/paper';

/** Puts the page on paper as the browser would, for as long as a test looks at it. */
async function onPaper(page: Page, name: string): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  if (process.env.PRINT_PICTURES) {
    await page.screenshot({ path: `${PAPER}/${name}-${page.viewportSize()?.width}.png`, fullPage: true });
  }
}

/** Elements of a page whose text is cut off by a box that scrolls or clips. */
const clipped = (root: Locator) =>
  root.evaluate((element) =>
    [...element.querySelectorAll<HTMLElement>('*')]
      .filter((one) => one.checkVisibility() && !one.closest('svg, .sr-only, .katex-mathml, .katex'))
      .filter((one) => getComputedStyle(one).overflow !== 'visible' && one.clientHeight > 0)
      .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.outerHTML.slice(0, 120)),
  );

/** How many pages it makes. */
async function pages(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: 'A4' });
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

test('a ranked turn is on paper with title, date, question, ranks and summaries, in light colours, without controls', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await askAndRank(page, questions.udp);
  await cards(page).first().getByRole('button', { name: 'Expand' }).click();
  await expect(page.getByTestId('expanded-answer').locator('.answer')).toBeVisible();
  await onPaper(page, 'ranked');
  await expect(page.getByTestId('conversation-title')).toBeVisible();
  await expect(page.getByTestId('question')).toBeVisible();
  await expect(page.locator('[data-card] h3')).toHaveCount(3);
  await expect(page.getByTestId('summary')).toHaveCount(2);
  for (const one of await page.locator('[data-card]').all()) await expect(one).toContainText(/\d\.\d|#\d/);
  await expect(composer(page)).toBeHidden();
  for (const name of ['Select', 'Collapse', 'Send', 'Conversation menu'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  const time = page.locator('[data-turn] time').first();
  const shown = await time.evaluate((element) => getComputedStyle(element, '::after').content);
  expect(shown).toContain('20');
  const [ink, paper] = await page.evaluate(() => [
    getComputedStyle(document.querySelector('h2') as Element).color,
    getComputedStyle(document.body.querySelector('article') as Element).backgroundColor,
  ]);
  expect(ink).toBe('rgb(0, 0, 0)');
  expect(paper).toBe('rgb(255, 255, 255)');
  await expectAccessible(page);
  expect(await clipped(page.getByTestId('thread'))).toEqual([]);
  expect(await pages(page)).toBeGreaterThan(0);
});

test('a consensus is on paper with its text and its links, and a text that still grows is not cut off', async ({
  page,
  api,
}) => {
  await askAndRank(page, questions.index);
  await page.getByRole('button', { name: 'Make consensus' }).click();
  await expect(page.getByTestId('consensus-text').locator('.source-mark').first()).toBeVisible({
    timeout: 60_000,
  });
  await onPaper(page, 'consensus');
  await expect(page.getByTestId('consensus-text')).toBeVisible();
  expect(await clipped(page.getByTestId('thread'))).toEqual([]);
  await page.emulateMedia({ media: 'screen' });

  const slow = await api.addService('Slow', 'demo-aria+slow300+tps20');
  const { id } = await api.conversation({ service_ids: [slow.id], judging_policy: 'off' });
  await page.goto(`/c/${id}`);
  await ask(page, questions.loan);
  const live = card(page, 'Slow').getByTestId('live-text');
  await expect.poll(() => live.evaluate((box) => box.scrollHeight - box.clientHeight)).toBeGreaterThan(40);
  await onPaper(page, 'growing');
  expect(await clipped(page.getByTestId('thread'))).toEqual([]);
});

test('the sources of an answer are on paper, and what was thought before it is not', async ({
  page,
  api,
}) => {
  const deep = await api.addService('Cites', 'demo-aria+thinks100+cites+tps900');
  const { id } = await api.conversation({ service_ids: [deep.id], judging_policy: 'off' });
  await page.goto(`/c/${id}`);
  await ask(page, questions.index);
  await expect(batchLine(page)).toContainText('1 of 1 answered');
  const answer = card(page, 'Cites');
  await answer.getByRole('button', { name: 'Expand' }).click();
  await answer.getByTestId('model-reasoning').locator('summary').click();
  await expect(answer.getByRole('region', { name: 'Reasoning' })).toBeVisible();
  await onPaper(page, 'sources');
  await expect(answer.getByTestId('sources').getByRole('listitem')).toHaveCount(3);
  await expect(answer.getByText('BRIN Indexes')).toBeVisible();
  // Paper cannot be pressed: the whole address stands on it.
  const addresses = await answer
    .getByTestId('sources')
    .locator('.guarded-link')
    .evaluateAll((links) => links.map((one) => getComputedStyle(one, '::after').content));
  expect(addresses).toHaveLength(2);
  for (const address of addresses) expect(address).toMatch(/https:\/\/[^\s/]+\/\S+/);
  await expect(answer.getByTestId('model-reasoning')).toBeHidden();
  expect(await clipped(page.getByTestId('thread'))).toEqual([]);
});

test('wide code, a wide table, a long link and a long question are on paper as a whole', async ({
  page,
  api,
}) => {
  const id = await api.quickConversation(0);
  await page.goto(`/c/${id}`);
  await ask(page, `Why is this wide? ${'And why. '.repeat(120)}`.trim());
  await expect(batchLine(page)).toContainText('1 of 1 answered');
  const row = (text: string) => `|${Array.from({ length: 12 }, (_, at) => `${text}${at}`).join('|')}|`;
  const text = [
    `\`\`\`\n${'a_long_name_of_code '.repeat(20)}\n${'x\n'.repeat(60)}\`\`\``,
    [row('head'), `|${'---|'.repeat(12)}`, row('cellwithalongword')].join('\n'),
    `See [the manual](https://example.org/${'path/'.repeat(30)}).`,
  ].join('\n\n');
  await answersRead(page, text);
  await card(page, 'Echo').getByRole('button', { name: 'Expand' }).click();
  const answer = page.getByTestId('expanded-answer');
  await expect(answer.locator('table')).toBeVisible();
  await onPaper(page, 'wide');
  const link = answer.locator('.guarded-link');
  await expect(link).toBeVisible();
  expect(await link.evaluate((one) => getComputedStyle(one, '::after').content)).toContain(
    'example.org/path/',
  );
  expect(await clipped(page.getByTestId('thread'))).toEqual([]);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(1);
});

test('all turns of a long conversation are on paper, also those far outside of the view', async ({
  page,
  api,
}) => {
  const turns = 26;
  const id = await api.quickConversation(turns);
  await page.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', '');
  });
  await page.goto(`/c/${id}`);
  await expect(page.getByTestId('question').last()).toHaveText(`Turn ${turns}.`);
  // Printed by the browser itself, paper says what is not on it, and how to have it all.
  let readEarlier: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    readEarlier = resolve;
  });
  await page.route('**/messages?*cursor=*', async (route) => {
    await held;
    await route.continue();
  });
  await onPaper(page, 'cut-short');
  await expect(page.getByTestId('not-on-paper')).toHaveText(
    /6 earlier turns of this conversation are not on this paper\. .*Print or save as PDF/,
  );
  await expectAccessible(page);
  await page.emulateMedia({ media: 'screen' });
  await expect(page.getByTestId('not-on-paper')).toBeHidden();
  readEarlier();
  await page.getByRole('button', { name: 'Conversation menu' }).click();
  await page.getByRole('menuitem', { name: 'Print or save as PDF' }).click();
  await expect(page.locator('html[data-printed]')).toBeAttached();
  await onPaper(page, 'long');
  await expect(page.getByTestId('question')).toHaveCount(turns);
  await expect(page.locator('[data-card]')).toHaveCount(turns);
  await expect(page.getByTestId('not-on-paper')).toHaveCount(0);
  expect(await pages(page)).toBeGreaterThan(3);
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('paper says what is not on it, and how to have it all', async ({ page, api }) => {
    await page.goto(`/c/${await api.quickConversation(21)}`);
    await expect(page.getByTestId('question').last()).toHaveText('Turn 21.');
    await page.route('**/messages?*cursor=*', (route) => route.abort());
    await onPaper(page, 'german');
    await expect(page.getByTestId('not-on-paper')).toHaveText(
      '1 frühere Runde dieses Gesprächs steht nicht auf diesem Papier. Um alles zu drucken, wählen Sie auf der Seite „Gesprächsmenü → Drucken oder als PDF sichern“.',
    );
    expect(await clipped(page.getByTestId('thread'))).toEqual([]);
  });
});

test('a shared snapshot is on paper with all its answers unfolded', async ({ page }) => {
  await askAndRank(page, questions.udp);
  await ranked(page);
  await page.getByRole('button', { name: 'Conversation menu' }).click();
  await page.getByRole('menuitem', { name: 'Share a snapshot' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  await page.goto(await page.getByLabel('Link', { exact: true }).inputValue());
  await expect(page.locator('details[data-answer]')).toHaveCount(3);
  await expect(page.locator('details[data-answer][open] table').first()).toBeVisible();
  await onPaper(page, 'shared');
  await expect(page.locator('details[data-answer][open]')).toHaveCount(3);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await clipped(page.getByTestId('shared'))).toEqual([]);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(page.locator('details[data-answer][open]')).toHaveCount(1);
});
