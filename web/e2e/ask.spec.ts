import {
  ask,
  askAndRank,
  batchLine,
  card,
  cards,
  composer,
  expect,
  expectAccessible,
  isPhone,
  questions,
  ranked,
  test,
} from './support';

test.describe('asking', () => {
  test('shows all services at once, their text as it comes, then summary, reasoning, score and rank', async ({
    page,
    api,
  }) => {
    const { id } = await api.pacedConversation();
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    await expect(cards(page)).toHaveCount(3);
    await expect(page.getByTestId('live-text').first()).toBeVisible();
    const first = await page.getByTestId('live-text').first().textContent();
    await expect(page.getByTestId('live-text').first()).not.toHaveText(first ?? '');
    await expect(page.getByRole('progressbar').first()).toBeVisible();

    await ranked(page);
    for (const name of ['Slow Aria', 'Slow Bolt', 'Slow Cedar']) {
      await expect(card(page, name).getByTestId('summary')).not.toBeEmpty();
      await expect(card(page, name).getByTestId('reasoning')).toContainText('Why:');
      await expect(card(page, name).getByTestId('score')).toHaveText(/\d[.,]\d/);
      await expect(card(page, name).getByTestId('figures')).toHaveText(/\d.* s.*tokens.*\$/);
    }
    await expect(page.getByTestId('agreement')).toContainText('Only one says it');
    await expect(page).toHaveTitle(/.+ – Quorum/);
  });

  test('lays cards side by side where there is room and below one another where there is not', async ({
    page,
  }) => {
    await askAndRank(page, questions.index);
    const [one, two] = await Promise.all([
      cards(page).nth(0).boundingBox(),
      cards(page).nth(1).boundingBox(),
    ]);
    if (isPhone(page)) expect(two?.y).toBeGreaterThan((one?.y ?? 0) + (one?.height ?? 0) - 1);
    else expect(two?.y).toBe(one?.y);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test('sends one message for a double press', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await composer(page).fill(questions.index);
    await page.getByRole('button', { name: 'Send' }).dblclick();
    await expect(page.getByTestId('question')).toHaveCount(1);
    await ranked(page);
    const { items } = await api.get<{ items: unknown[] }>(`/conversations/${id}/messages`);
    expect(items).toHaveLength(1);
  });

  test('breaks the line with Shift and sends nothing while a word is being composed', async ({ page }) => {
    await page.goto('/');
    await composer(page).fill('one');
    await composer(page).press('Shift+Enter');
    await expect(composer(page)).toHaveValue('one\n');
    await composer(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
    await expect(page).toHaveURL(/\/$/);
    await composer(page).fill('');
  });

  test('stops one answer, then all, and keeps the text', async ({ page, api }) => {
    const slow = [
      await api.addService('Slow one', 'demo-aria+tps8'),
      await api.addService('Slow two', 'demo-cedar+tps8'),
    ];
    const { id } = await api.conversation({ service_ids: slow.map((service) => service.id) });
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    await expect(card(page, 'Slow one').getByTestId('live-text')).toBeVisible();
    await card(page, 'Slow one').getByRole('button', { name: 'Stop' }).click();
    await expect(card(page, 'Slow one').getByTestId('stage')).toContainText('Stopped', { timeout: 1000 });
    await expect(card(page, 'Slow two').getByTestId('live-text')).toBeVisible();
    await page.getByRole('button', { name: 'Stop all' }).click();
    await expect(card(page, 'Slow two').getByTestId('stage')).toContainText('Stopped', { timeout: 1000 });
    await card(page, 'Slow one').getByRole('button', { name: 'Expand' }).click();
    await expect(page.getByTestId('expanded-answer')).not.toBeEmpty();
  });

  test('says why an answer failed and asks again on request', async ({ page, api }) => {
    const services = [
      await api.addService('Unsure', 'echo+contextlong'),
      await api.addService('Echo', 'echo+slow400'),
    ];
    const { id } = await api.conversation({ service_ids: services.map((service) => service.id) });
    await page.goto(`/c/${id}`);
    await ask(page, 'Anything at all');
    const unsure = card(page, 'Unsure');
    await expect(unsure.getByTestId('failure-message')).toContainText('too long');
    await expect(batchLine(page)).toContainText('1 of 2 answered');
    await expectAccessible(page);
    await api.send('patch', `/admin/services/${services[0]?.id}`, { model: 'echo+slow400' });
    await unsure.getByRole('button', { name: 'Retry' }).click();
    await expect(unsure.getByTestId('failure-message')).toBeHidden();
    await expect(unsure.getByTestId('summary')).not.toBeEmpty({ timeout: 30_000 });
    await expect(batchLine(page)).toContainText('2 of 2 answered');
  });

  test('removes an answer that failed', async ({ page, api }) => {
    const services = [
      await api.addService('Broken', 'echo+contextlong'),
      await api.addService('Echo', 'echo'),
    ];
    const { id } = await api.conversation({ service_ids: services.map((service) => service.id) });
    await page.goto(`/c/${id}`);
    await ask(page, 'Anything at all');
    await card(page, 'Broken').getByRole('button', { name: 'Remove' }).click({ timeout: 30_000 });
    await expect(cards(page)).toHaveCount(1);
  });

  test('says so when every service failed, and asks all of them again', async ({ page, api }) => {
    const services = [
      await api.addService('First', 'echo+contextlong'),
      await api.addService('Second', 'echo+contextlong'),
    ];
    const { id } = await api.conversation({ service_ids: services.map((service) => service.id) });
    await page.goto(`/c/${id}`);
    await ask(page, 'Anything at all');
    await expect(batchLine(page)).toContainText('0 of 2 answered');
    await expect(page.getByTestId('failure-message')).toHaveCount(2);
    await expectAccessible(page);
    for (const service of services) {
      await api.send('patch', `/admin/services/${service.id}`, { model: 'echo' });
    }
    await page.getByRole('button', { name: 'Retry 2 failed' }).click();
    await expect(batchLine(page)).toContainText('2 of 2 answered', { timeout: 30_000 });
  });

  test('counts down to the next try when a service is busy', async ({ page, api }) => {
    const busy = await api.addService('Busy', 'demo-aria+429after20');
    const { id } = await api.conversation({ service_ids: [busy.id] });
    await page.goto(`/c/${id}`);
    await ask(page, questions.udp);
    const countdown = card(page, 'Busy').getByTestId('retry-countdown');
    await expect(countdown).toContainText(/Trying again in \d+ s/);
    await expect(countdown).toBeInViewport();
    const seconds = async () => Number((await countdown.textContent())?.match(/\d+/)?.[0]);
    const first = await seconds();
    expect(first).toBeLessThanOrEqual(20);
    await expect.poll(seconds).toBeLessThan(first);
    await expectAccessible(page);
  });

  test('asks a busy service again by itself', async ({ page, api }) => {
    const busy = await api.addService('Busy', 'demo-aria+429x2');
    const { id } = await api.conversation({ service_ids: [busy.id] });
    await page.goto(`/c/${id}`);
    // The rehearsal is busy twice for each new question.
    await ask(page, `${questions.udp} (${id})`);
    await card(page, 'Busy').getByTestId('retry-countdown').waitFor();
    await expect(card(page, 'Busy').getByTestId('summary')).not.toBeEmpty({ timeout: 30_000 });
    await expect(card(page, 'Busy').getByTestId('failure-message')).toBeHidden();
  });

  test('takes a missing key in the card and goes on by itself', async ({ page, api }) => {
    // The rehearsal's own keys are for other formats, so there is none for this one.
    const locked = await api.addService(`Locked ${test.info().project.name}`, 'demo-aria', {
      requires_key: true,
    });
    const { id } = await api.conversation({ service_ids: [locked.id] });
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    await page.getByRole('button', { name: 'Add key' }).click();
    await page.getByLabel(`Key for ${locked.name}`).fill('sk-rehearsal-0123456789');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save and retry' }).click();
    await expect(card(page, locked.name).getByTestId('summary')).not.toBeEmpty({ timeout: 30_000 });
  });

  test('shows a refusal as a decision and not as an error', async ({ page, api }) => {
    const shy = await api.addService('Shy', 'demo-aria+refusal');
    const { id } = await api.conversation({ service_ids: [shy.id] });
    await page.goto(`/c/${id}`);
    await ask(page, questions.index);
    await expect(card(page, 'Shy').getByTestId('stage')).toContainText('Declined to answer', {
      timeout: 30_000,
    });
    await expectAccessible(page);
  });
});
