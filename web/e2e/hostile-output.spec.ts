import type { Page } from '@playwright/test';
import { dangerous, expect, move, openAnswer, test, watch } from './hostile/watched';

test.describe('what a model writes is only ever text', () => {
  // Some seventy answers are opened one after the other.
  test.describe.configure({ timeout: 300_000 });

  test('in answers, summaries, reasons, titles and names, on the screen and on paper', async ({
    page,
    stage,
    watched,
  }) => {
    await page.goto('/');
    for (const [number, turn] of stage.turns.entries()) {
      await openAnswer(page, turn, number);
      expect(await page.evaluate(dangerous)).toEqual([]);
    }
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(dangerous)).toEqual([]);
    await page.pdf();
    console.log(
      `${stage.turns.length} hostile answers opened, ${watched.requests.length} requests, ${watched.dialogs.length} dialogs`,
    );
  });

  test('in the comparison, the ballots, the agreement and the preview', async ({ page, stage, watched }) => {
    await page.goto('/');
    let seen = 0;
    for (const { conversation, batch } of stage.turns) {
      for (const panel of ['ballots', 'compare']) {
        await move(page, `/c/${conversation}?panel=${panel}&batch=${batch}`);
        await expect(page.getByTestId(panel)).toBeVisible();
        expect(await page.evaluate(dangerous)).toEqual([]);
        seen += 1;
      }
    }
    await move(page, `/c/${stage.turns[0]?.conversation}`);
    await page.getByTestId('open-preview').click();
    await expect(page.getByTestId('preview')).toContainText('tokens');
    expect(await page.evaluate(dangerous)).toEqual([]);
    console.log(`${seen} panels with hostile text, ${watched.dialogs.length} dialogs`);
  });

  test('in a consensus, the agreement, a shared snapshot, and a document that is brought in', async ({
    page,
    stage,
    browser,
    watched,
  }) => {
    // Every fifth: what each payload does to the page is shown above, here the other places are.
    const turns = stage.turns.filter((_, number) => number % 5 === 0);
    await page.goto('/');
    let consensuses = 0;
    for (const turn of turns) {
      await move(page, `/c/${turn.conversation}`);
      const agreement = page.getByTestId('agreement');
      await expect(agreement).toBeVisible();
      if (await stage.makeConsensus(turn)) {
        consensuses += 1;
        await expect(page.getByTestId('consensus').getByRole('button', { name: 'Select' })).toBeVisible();
      }
      expect(await page.evaluate(dangerous)).toEqual([]);
    }
    expect(consensuses).toBeGreaterThan(turns.length / 2);

    const nobody = await browser.newContext({ storageState: { cookies: [], origins: [] }, bypassCSP: true });
    const stranger = await nobody.newPage();
    const seen = await watch(stranger, stage.url);
    for (const turn of turns) {
      const { token } = await stage.send<{ token: string }>(
        'post',
        `/conversations/${turn.conversation}/shares`,
        {},
      );
      await stranger.goto(`${stage.url}/shared/${token}`);
      await expect(stranger.getByTestId('shared').getByRole('heading').first()).toBeVisible();
      expect(await stranger.evaluate(dangerous)).toEqual([]);
      expect(await stranger.evaluate(() => 'owned' in window)).toBe(false);
    }
    expect([seen.requests, seen.dialogs]).toEqual([[], []]);
    await nobody.close();

    for (const turn of turns) {
      const document = await stage.context.get(
        `/api/v1/conversations/${turn.conversation}/export?format=json`,
      );
      const { id } = await stage.send<{ id: string }>('post', '/conversations/import', await document.json());
      await move(page, `/c/${id}`);
      await expect(page.getByTestId('question').first()).toBeVisible();
      expect(await page.evaluate(dangerous)).toEqual([]);
    }
    console.log(
      `${consensuses} consensuses, ${turns.length} snapshots and documents of hostile text, ${watched.requests.length} requests`,
    );
  });

  test('in search, settings and administration', async ({ page, watched }) => {
    for (const path of [
      ...['profile', 'judges', 'keys', 'usage', 'kept'].map((name) => `settings/${name}`),
      ...['services', 'keys', 'queue', 'usage', 'budgets', 'people', 'audit'].map((name) => `admin/${name}`),
    ]) {
      await page.goto(`/${path}`);
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
      expect(await page.evaluate(dangerous)).toEqual([]);
    }
    await page.goto('/');
    await page.getByRole('searchbox', { name: 'Search' }).fill('onerror');
    await expect(page.getByTestId('search-hit').first()).toBeVisible();
    expect(await page.evaluate(dangerous)).toEqual([]);
    expect(watched.requests).toEqual([]);
  });

  test('a link and a picture show the whole host first, and nothing is asked by hovering or focus', async ({
    page,
    stage,
    canary,
    watched,
  }) => {
    const host = new URL(canary.origin).host;
    let shown = 0;
    await page.goto('/');
    for (const [number, turn] of stage.turns.entries()) {
      await openAnswer(page, turn, number);
      const guarded = page.locator(
        '[data-testid="expanded-answer"] :is(.guarded-link, button.blocked-image)',
      );
      for (const place of (await guarded.all()).slice(0, 1)) {
        await place.hover();
        await place.focus();
        await page.keyboard.press('Enter');
        const named = (await page.getByTestId('link-host').textContent()) ?? '';
        expect(named === host || /example\.com$/.test(named), named).toBe(true);
        const way = page.getByRole('dialog').getByRole('link');
        await expect(way).toHaveAttribute('rel', /noopener.*noreferrer/);
        await page.keyboard.press('Escape');
        await expect(page.getByTestId('link-host')).toBeHidden();
        shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(10);
    expect(watched.requests).toEqual([]);
    console.log(`${shown} links and pictures named their host before anything was asked`);
  });
});

test.describe('the last fence', () => {
  test.use({ bypassCSP: false });

  test('the page may neither run a script of an answer nor ask another host', async ({ page, canary }) => {
    await page.goto('/');
    const stopped = await page.evaluate(async (origin) => {
      const broken: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) =>
        broken.push(event.effectiveDirective.replace(/-(elem|attr)$/, '')),
      );
      document.body.insertAdjacentHTML(
        'beforeend',
        `<img src="${origin}/fence" onerror="window.owned=1"><iframe src="${origin}/fence"></iframe>`,
      );
      const script = document.createElement('script');
      script.textContent = 'window.owned = 1';
      document.body.append(script);
      await fetch(`${origin}/fence`).catch(() => broken.push('fetch'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return broken;
    }, canary.origin);
    expect(stopped).toEqual(expect.arrayContaining(['img-src', 'script-src', 'connect-src', 'fetch']));
    expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    expect(canary.asked).toEqual([]);
  });

  test('nothing secret is kept in the browser', async ({ page, context, stage }) => {
    // Everything secret that the page shows once or is given to send on.
    const key = 'sk-canary-browser-77aa20c9';
    await page.goto('/settings/tokens');
    const token = await makeToken(page);
    const keyed = {
      name: 'Keyed',
      service_type: 'openai',
      base_url: 'https://models.example.com/v1',
      model: 'm',
    };
    const { id } = await stage.send<{ id: string }>('post', '/admin/services', keyed);
    await typeKey(page, id, key);
    const link = await stage.send<{ path: string }>('post', '/admin/invites', { email: 'guest@example.com' });
    const invite = link.path.split('#')[1] ?? '';
    await page.goto(link.path);
    await expect(page.getByLabel('E-mail')).toHaveValue('guest@example.com');
    await page.goto('/');
    const [session] = (await context.cookies()).filter((cookie) => cookie.name.includes('session'));
    expect(session?.httpOnly).toBe(true);
    const kept = await page.evaluate(async () => {
      const databases = (await indexedDB.databases?.()) ?? [];
      const all = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, document.cookie]);
      return all + JSON.stringify(await caches.keys());
    });
    const me = (await (await context.request.get('/api/v1/auth/me')).json()) as { csrf_token: string };
    for (const secret of [session?.value ?? '', me.csrf_token, 'correct horse battery', token, key, invite]) {
      expect(secret.length).toBeGreaterThan(15);
      for (const form of [secret, btoa(secret), encodeURIComponent(secret)]) expect(kept).not.toContain(form);
    }
  });
});

/** Makes an API token in the page and gives its text, which is shown this once. */
async function makeToken(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name').fill('a program');
  await page.getByRole('button', { name: 'Make token' }).click();
  const shown = page.getByTestId('shown-once').locator('code');
  await expect(shown).toHaveText(/^qk_/);
  return (await shown.textContent()) ?? '';
}

/** Saves a provider key in the page. */
async function typeKey(page: Page, service: string, key: string): Promise<void> {
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'Add key' }).click();
  await page.getByLabel('Service').selectOption(service);
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByTestId('api-key').filter({ hasText: key.slice(-4) })).toBeVisible();
}

test('the canary hears what is really asked', async ({ page, canary }) => {
  await page.goto('/');
  await page.evaluate((origin) => {
    document.body.insertAdjacentHTML('beforeend', `<img src="${origin}/control">`);
  }, canary.origin);
  await expect.poll(() => canary.asked).toEqual(['/control']);
  canary.asked.length = 0;
});
