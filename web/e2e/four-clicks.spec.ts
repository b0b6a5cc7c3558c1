import {
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

test.describe('expand, select, delete the others, send', () => {
  test('with the mouse', async ({ page, api }) => {
    await askAndRank(page, questions.index);
    const best = card(page, 'Aria');

    await best.getByRole('button', { name: 'Expand' }).click();
    const text = best.getByTestId('expanded-answer');
    await expect(text).toContainText('BRIN');
    await expect(text).toBeFocused();
    await expect(text.locator('pre code')).toBeVisible();
    await expect(card(page, 'Bolt').getByTestId('summary')).toBeVisible();
    await expect(page).toHaveURL(/open=/);

    await best.getByRole('button', { name: 'Select' }).click();
    await expect(best.getByText('Kept', { exact: true })).toBeVisible();
    for (const name of ['Bolt', 'Cedar'])
      await expect(card(page, name)).toHaveAttribute('data-collapsed', 'true');
    expect((await card(page, 'Bolt').boundingBox())?.height).toBeLessThan(70);

    await page.getByRole('button', { name: 'Delete 2 others' }).click();
    await expect(cards(page)).toHaveCount(1);
    await expect(page.getByTestId('undo-bar')).toContainText(
      /2 answers removed · next turn [\d,]+ tokens lighter/,
    );
    await expect(composer(page)).toBeFocused();
    await expect(page.getByTestId('context-line')).toContainText('1 turn, 1 answer');
    await expectAccessible(page);

    await composer(page).fill('And what if rows arrive late?');
    await composer(page).press('Enter');
    await expect(page.getByTestId('question')).toHaveCount(2);
    await expect(cards(page)).toHaveCount(3);
    await expect(batchLine(page)).toContainText('3 of 3 answered', { timeout: 30_000 });

    const id = page.url().match(/\/c\/([^?]+)/)?.[1] ?? '';
    const context = await api.get<{ services: { messages: { kept: string | null }[] }[] }>(
      `/conversations/${id}/context`,
    );
    expect(context.services[0]?.messages.filter((message) => message.kept === 'selected')).toHaveLength(1);
  });

  test('with the keyboard alone', async ({ page }) => {
    await page.goto('/');
    await composer(page).focus();
    await page.keyboard.type(questions.index);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('question')).toBeVisible();
    await ranked(page);

    // A letter that is typed is text and not a shortcut.
    await composer(page).focus();
    await page.keyboard.press('e');
    await expect(page.getByTestId('expanded-answer')).toBeHidden();
    await composer(page).fill('');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

    await page.keyboard.press('1');
    await expect(cards(page).nth(0)).toBeFocused();
    await page.keyboard.press('e');
    await expect(page.getByTestId('expanded-answer')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('expanded-answer')).toBeHidden();
    await expect(cards(page).nth(0)).toBeFocused();
    await page.keyboard.press('s');
    await expect(page.getByText('Kept', { exact: true })).toBeVisible();
    await page.keyboard.press('d');
    await expect(cards(page)).toHaveCount(1);
    await expect(composer(page)).toBeFocused();
    await page.keyboard.type('Next, by keyboard');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByTestId('question')).toHaveCount(2);
  });

  test('can be undone by button, by key, and later from the turn', async ({ page }) => {
    await askAndRank(page, questions.index);
    const prune = async () => {
      await page.locator('[data-action="prune"]').click();
      await expect(cards(page)).toHaveCount(1);
    };
    await card(page, 'Aria').getByRole('button', { name: 'Select' }).click();
    await prune();
    await page.getByTestId('undo-bar').getByRole('button', { name: 'Undo' }).click();
    await expect(cards(page)).toHaveCount(3);
    await prune();
    await expect(page.getByTestId('undo-bar')).toBeVisible();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('u');
    await expect(cards(page)).toHaveCount(3);
    await prune();
    await page.reload();
    await expect(cards(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Turn menu' }).click();
    await page.getByRole('menuitem', { name: 'Bring back 2 removed answers' }).click();
    await expect(cards(page)).toHaveCount(3);
  });

  test('moves the mark when another answer is selected', async ({ page }) => {
    await askAndRank(page, questions.index);
    await card(page, 'Aria').getByRole('button', { name: 'Select' }).click();
    await card(page, 'Cedar').getByRole('button', { name: 'Select' }).click();
    await expect(card(page, 'Cedar').getByText('Kept', { exact: true })).toBeVisible();
    await expect(card(page, 'Aria')).toHaveAttribute('data-collapsed', 'true');
  });

  test('tells screen readers what happened', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await expect(page.getByTestId('announcer')).toBeAttached();
    const heard: string[] = [];
    await page.exposeFunction('heard', (text: string) => heard.push(text));
    await page.getByTestId('announcer').evaluate((region) => {
      const tell = (window as unknown as { heard(text: string): void }).heard;
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) tell(node.textContent ?? '');
      }).observe(region, { childList: true });
    });
    await ask(page, questions.index);
    await ranked(page);
    await card(page, 'Aria').getByRole('button', { name: 'Select' }).click();
    await expect.poll(() => heard.join('\n')).toMatch(/Aria selected/);
    for (const name of ['Aria', 'Bolt', 'Cedar']) {
      expect(heard.filter((text) => text === `${name} has answered`)).toHaveLength(1);
    }
    expect(heard.filter((text) => text.startsWith('Ranking: '))).toHaveLength(1);
    expect(heard.length).toBeLessThan(20);
  });

  test('shows the next prompt and the ballots, and back closes them', async ({ page }) => {
    await askAndRank(page, questions.index);
    await page.getByTestId('open-preview').click();
    await expect(page.getByTestId('preview')).toContainText(questions.index);
    await page.goBack();
    await expect(page.getByTestId('preview')).toBeHidden();
    await page.getByRole('button', { name: 'Who voted what' }).click();
    await expect(page.getByTestId('ballots')).toContainText('Voted');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('ballots')).toBeHidden();
  });
});
