import { readFileSync } from 'node:fs';
import { askAndRank, composer, expect, expectAccessible, questions, test } from './support';

test.describe('what is kept, taken away, brought in and shown', () => {
  test('a prompt is kept and comes back by a slash', async ({ page, api }) => {
    const name = `brief-${test.info().project.name}`;
    await page.goto('/settings/prompts');
    await page.getByRole('button', { name: 'New prompt' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Text').fill('Say it in one sentence:');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByTestId('prompt').filter({ hasText: name })).toBeVisible();
    await page.goto('/');
    await composer(page).fill('/brief');
    await expect(page.getByRole('option', { name: new RegExp(name) })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await expect(composer(page)).toHaveValue('Say it in one sentence:');
    await composer(page).fill('');
    const { items } = await api.get<{ items: { id: string }[] }>('/prompts');
    for (const prompt of items) await api.send('delete', `/prompts/${prompt.id}`);
  });

  test('a conversation is exported and brought in again', async ({ page }) => {
    await askAndRank(page, questions.index);
    const menu = page.getByRole('button', { name: 'Conversation menu' });
    await menu.click();
    const [markdown] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as Markdown' }).click(),
    ]);
    expect(readFileSync(await markdown.path(), 'utf8')).toContain(questions.index);
    await menu.click();
    const [json] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as JSON' }).click(),
    ]);
    await page.goto('/settings/data');
    await page.getByLabel('Choose a file').setInputFiles(await json.path());
    await expect(page.getByText('1 conversation brought in')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('status').getByRole('link').click();
    await expect(page.getByTestId('question')).toHaveText(questions.index);
    await expect(page.locator('[data-card]')).toHaveCount(3);
  });

  test('exports of ChatGPT and Open WebUI are brought in, branches and sibling answers included', async ({
    page,
  }) => {
    const mark = `${test.info().project.name} ${test.info().retry}`;
    const said = (role: string, text: string, parent: string | null) => ({
      parent,
      message: {
        author: { role },
        create_time: 1_700_000_000,
        content: { parts: [text] },
        metadata: role === 'assistant' ? { model_slug: 'gpt-4o' } : {},
      },
    });
    const chatGpt = [
      {
        title: `From ChatGPT ${mark}`,
        current_node: 'd',
        mapping: {
          a: { parent: null, message: null },
          b: said('user', 'What is a quorum?', 'a'),
          c: said('assistant', 'A branch that was left.', 'b'),
          d: said('assistant', 'The number that must be present.', 'b'),
        },
      },
    ];
    const messages = {
      q: { parentId: null, role: 'user', content: 'Which colour is the sky?' },
      r: { parentId: 'q', role: 'assistant', content: 'Blue by day.', modelName: 'Model one', model: 'one' },
      s: { parentId: 'q', role: 'assistant', content: 'It depends.', modelName: 'Model two', model: 'two' },
    };
    const webUi = [{ title: `From Open WebUI ${mark}`, chat: { history: { currentId: 's', messages } } }];
    const bringIn = async (name: string, content: unknown) => {
      await page.goto('/settings/data');
      await page.getByLabel('Choose a file').setInputFiles({
        name,
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(content)),
      });
      await expect(page.getByText('1 conversation brought in')).toBeVisible();
      await page.getByRole('status').getByRole('link').click();
    };
    await bringIn('conversations.json', chatGpt);
    await expect(page.getByTestId('conversation-title')).toHaveText(`From ChatGPT ${mark}`);
    await expect(page.getByTestId('question')).toHaveText('What is a quorum?');
    await expect(page.locator('[data-card]')).toHaveCount(1);
    await expect(page.getByRole('main')).toContainText('gpt-4o');
    await expect(page.getByRole('main')).not.toContainText('A branch that was left.');
    await bringIn('chat-export.json', webUi);
    await expect(page.getByTestId('question')).toHaveText('Which colour is the sky?');
    await expect(page.getByRole('main')).toContainText('Model one');
    await expect(page.getByRole('main')).toContainText('Model two');
    await expectAccessible(page);
    await page.goto('/settings/data');
    await page.getByLabel('Choose a file').setInputFiles({
      name: 'other.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"something":"else"}'),
    });
    await expect(page.getByText(/not .*Quorum|neither|Quorum, ChatGPT/).last()).toBeVisible();
  });

  test('a snapshot is read by a stranger until it is taken back', async ({ page, browser, home }) => {
    await askAndRank(page, questions.udp);
    await page.getByRole('button', { name: 'Conversation menu' }).click();
    await page.getByRole('menuitem', { name: 'Share a snapshot' }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    await expectAccessible(page);
    const stranger = await browser.newContext({ baseURL: home, storageState: { cookies: [], origins: [] } });
    const view = await stranger.newPage();
    await view.goto(link);
    await expect(view.getByRole('heading', { level: 2, name: questions.udp })).toBeVisible();
    await expect(view.locator('table').first()).toBeVisible();
    await expect(view.getByRole('textbox')).toHaveCount(0);
    await expectAccessible(view);
    await page.getByRole('button', { name: 'Take back' }).click();
    await expect(page.getByText('No links yet')).toBeVisible();
    await view.reload();
    await expect(view.getByText('Nothing behind this link')).toBeVisible();
    await expectAccessible(view);
    await stranger.close();
  });
});
