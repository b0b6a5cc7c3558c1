import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { move, openAnswer, test as watchedTest } from './hostile/watched';
import { expect, isPhone } from './support';

const ROW = (cell: string) => `|${` ${cell} |`.repeat(50)}`;

/** What may be too wide for its place, or lead out of it. The first two are also names. */
const wide = (canary: string) => [
  `A word without an end: ${'w'.repeat(600)}`,
  'unbroken-'.repeat(20),
  `\`\`\`\n${'a_long_line_of_code '.repeat(30)}\n\`\`\``,
  `${ROW('column')}\n|${'---|'.repeat(50)}\n${ROW('cell')}`,
  `שלום עולם, זהו טקסט מימין לשמאל: ${'א'.repeat(300)}`,
  `$$${'x + '.repeat(120)}x$$`,
  `![a picture](${canary}/payload-picture)`,
  `[a link](${canary}/payload-link?${'q=1&'.repeat(80)})`,
  `[elsewhere](https://${'a-long-part.'.repeat(12)}example.com/payload-host)`,
];
const LINKS_FROM = 6;

/** The same watch as over everything hostile, with as few answers as a second width needs. */
const test = watchedTest.extend<object, { corpus: typeof wide }>({
  // biome-ignore lint/correctness/noEmptyPattern: the form the fixture needs
  corpus: [async ({}, use) => use(wide), { scope: 'worker' }],
});

/** Text and boxes that reach out of their card and are not in a frame that scrolls by itself. */
const outside = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page itself');
    const scrolls = (one: Element) => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
    for (const card of document.querySelectorAll('[data-card], [data-testid="question"], [role="dialog"]')) {
      const { left, right } = card.getBoundingClientRect();
      for (const one of card.querySelectorAll<HTMLElement>('*')) {
        if (!one.checkVisibility() || one.closest('svg, .sr-only, .katex-mathml')) continue;
        let frame = one.parentElement;
        while (frame && frame !== card && !scrolls(frame)) frame = frame.parentElement;
        if (frame !== card) continue;
        const box = one.getBoundingClientRect();
        if (box.left < left - 1 || box.right > right + 1) found.push(one.outerHTML.slice(0, 100));
      }
    }
    return found;
  });

test('long words, code, tables, formulas and text from right to left stay in their place', async ({
  page,
  stage,
  watched,
}) => {
  await page.goto('/');
  for (const [number, turn] of stage.turns.entries()) {
    await move(page, `/c/${turn.conversation}`);
    await expect(page.getByTestId('summary').first()).toBeVisible();
    expect(await outside(page), `folded ${number}`).toEqual([]);
    await openAnswer(page, turn, number);
    expect(await outside(page), `opened ${number}`).toEqual([]);
    for (const panel of ['ballots', 'compare']) {
      await move(page, `/c/${turn.conversation}?panel=${panel}&batch=${turn.batch}`);
      await expect(page.getByTestId(panel)).toBeVisible();
      await expect(page.locator('[role="dialog"] .skeleton')).toHaveCount(0);
      expect(await outside(page), `${panel} ${number}`).toEqual([]);
    }
  }
  const [hebrew] = stage.turns.slice(4, 5);
  if (hebrew) await openAnswer(page, hebrew, 4);
  const answer = page.getByTestId('expanded-answer').getByText('שלום עולם');
  expect(await answer.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  await expectAccessible(page);
  expect(watched.requests).toEqual([]);
});

test('a picture and a link ask for nothing, and the first press shows the whole host', async ({
  page,
  stage,
  canary,
  watched,
}) => {
  const hosts = [new URL(canary.origin).host, `${'a-long-part.'.repeat(12)}example.com`];
  await page.goto('/');
  for (const [at, turn] of stage.turns.slice(LINKS_FROM).entries()) {
    await openAnswer(page, turn, LINKS_FROM + at);
    const guarded = page.locator('[data-testid="expanded-answer"] :is(.guarded-link, button.blocked-image)');
    if (isPhone(page)) await guarded.tap();
    else await guarded.click();
    const host = page.getByTestId('link-host');
    await expect(host).toHaveText(hosts[at < 2 ? 0 : 1] ?? '');
    await expect(host).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('link', { name: 'Open' })).toBeFocused();
    expect(await host.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    expect(await outside(page)).toEqual([]);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(host).toBeHidden();
    await expect(guarded).toBeFocused();
  }
  expect(watched.requests).toEqual([]);
});
