import {
  ask,
  batchLine,
  composer,
  expect,
  expectAccessible,
  isPhone,
  openSidebar,
  questions,
  test,
} from './support';

test.describe('the list of conversations', () => {
  async function conversationAbout(
    page: import('@playwright/test').Page,
    api: import('./support').Api,
    title: string,
  ) {
    const { id } = await api.conversation({ title, judging_policy: 'off' });
    await page.goto(`/c/${id}`);
    await expect(page.getByTestId('conversation-title')).toHaveText(title);
    return id;
  }

  test('is newest first, by day, and names a conversation by itself', async ({ page }) => {
    await page.goto('/');
    await ask(page, questions.udp);
    await expect(batchLine(page)).toContainText('answered');
    await expect(page.getByTestId('conversation-title')).not.toHaveText(/^New conversation$/, {
      timeout: 20_000,
    });
    const title = (await page.getByTestId('conversation-title').textContent()) ?? '';
    const sidebar = await openSidebar(page);
    await expect(sidebar.getByRole('heading', { name: 'Today' })).toBeVisible();
    await expect(sidebar.getByTestId('conversation-item').first()).toContainText(title);
  });

  test('renames in place', async ({ page, api }) => {
    const better = `A better title ${Date.now()}`;
    await conversationAbout(page, api, 'A title to change');
    await page.getByTestId('conversation-title').getByRole('button').click();
    const field = page.getByRole('textbox', { name: 'Title' });
    await field.fill(better);
    await field.press('Enter');
    await expect(page.getByTestId('conversation-title')).toHaveText(better);
    await expect(page).toHaveTitle(`${better} – Quorum`);
    const sidebar = await openSidebar(page);
    await expect(sidebar.getByText(better)).toBeVisible();
  });

  test('refuses a title that is too long, beside the field', async ({ page, api }) => {
    await conversationAbout(page, api, 'Short enough');
    await page.getByTestId('conversation-title').getByRole('button').click();
    const field = page.getByRole('textbox', { name: 'Title' });
    await field.fill('x'.repeat(201));
    await field.press('Enter');
    await expect(page.getByRole('alert').first()).toContainText('200');
    await field.press('Escape');
    await expect(page.getByTestId('conversation-title')).toHaveText('Short enough');
  });

  test('archives and deletes with undo', async ({ page, api }) => {
    const title = `To be put away ${Date.now()}`;
    await conversationAbout(page, api, title);
    await page.getByRole('button', { name: 'Conversation menu' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByRole('button', { name: 'Undo' })).toBeHidden();
    let sidebar = await openSidebar(page);
    await expect(sidebar.getByText(title)).toBeVisible();
    if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Conversation menu' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/$/);
    await page.getByRole('button', { name: 'Undo' }).click();
    sidebar = await openSidebar(page);
    await sidebar.getByText(title).click();
    await expect(page.getByTestId('conversation-title')).toHaveText(title);

    // By its key too, wherever the reader is but in a field.
    await page.getByRole('button', { name: 'Conversation menu' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/$/);
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
    // On a wide page the empty composer takes the focus, maybe only now, and with it the key.
    await expect(async () => {
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press('u');
      await expect(page.getByRole('button', { name: 'Undo' })).toBeHidden({ timeout: 1_500 });
    }).toPass({ timeout: 8_000 });
    sidebar = await openSidebar(page);
    await expect(sidebar.getByText(title)).toBeVisible();
  });

  test('finds a word and marks it', async ({ page, api }) => {
    const { id } = await api.conversation({ judging_policy: 'off' });
    await api.send('post', `/conversations/${id}/messages`, {
      content: 'Where does the word heliotrope come from?',
      trigger_ai_responses: true,
    });
    await page.goto('/');
    const sidebar = await openSidebar(page);
    await sidebar.getByRole('searchbox', { name: 'Search' }).fill('heliotrope');
    await expect(sidebar.getByTestId('search-hit').first().locator('mark').first()).toHaveText(/heliotrope/i);
    await sidebar.getByTestId('search-hit').first().getByRole('link').click();
    await expect(page).toHaveURL(/\/c\//);
    await expect(composer(page)).toBeVisible();
  });

  test('shows a conversation that another tab has made', async ({ page, api }) => {
    await page.goto('/');
    const title = `Made elsewhere ${Date.now()}`;
    const sidebar = await openSidebar(page);
    await api.conversation({ title });
    await expect(sidebar.getByText(title)).toBeVisible({ timeout: 3000 });
  });

  test('says so when a conversation is not there', async ({ page }) => {
    await page.goto('/c/01900000-0000-7000-8000-000000000000');
    await expect(page.getByText('Nothing here')).toBeVisible();
    await expectAccessible(page);
    await page.goto('/no/such/place');
    await expect(page.getByText('Nothing here')).toBeVisible();
    // From here, too, there is a way to everything.
    await openSidebar(page);
    if (isPhone(page)) await page.keyboard.press('Escape');
    await expectAccessible(page);
  });
});

test('a question is changed in a branch, which has what came before it', async ({ page, api }) => {
  const echo = await api.addService('Echo', 'echo');
  const { id } = await api.conversation({
    service_ids: [echo.id],
    title: 'The trunk',
    judging_policy: 'off',
  });
  await page.goto(`/c/${id}`);
  await ask(page, 'The first question');
  await expect(batchLine(page)).toContainText('1 of 1 answered', { timeout: 30_000 });
  await ask(page, 'The second question');
  await page.getByRole('button', { name: 'Turn menu' }).last().click();
  await page.getByRole('menuitem', { name: 'Edit in a branch' }).click();
  await expect(page.getByTestId('conversation-title')).toHaveText('The trunk (branch)');
  await expect(page).not.toHaveURL(new RegExp(id));
  await expect(page.getByTestId('question')).toHaveText(['The first question']);
  await expect(composer(page)).toHaveValue('The second question');
  await ask(page, 'The second question, asked better');
  await expect(page.getByTestId('question')).toHaveCount(2);
  await page.goto(`/c/${id}`);
  await expect(page.getByTestId('question')).toHaveText(['The first question', 'The second question']);
});

test('a question is brought back, changed and asked again', async ({ page, api }) => {
  const echo = await api.addService('Echo', 'echo');
  const { id } = await api.conversation({ service_ids: [echo.id] });
  await page.goto(`/c/${id}`);
  await ask(page, 'A first wording');
  await page.getByRole('button', { name: 'Turn menu' }).click();
  await page.getByRole('menuitem', { name: 'Edit and ask again' }).click();
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(composer(page)).toBeFocused();
  await expect(composer(page)).toHaveValue('A first wording');
  await ask(page, 'A better wording');
  await expect(page.getByTestId('question')).toHaveCount(2);
});
