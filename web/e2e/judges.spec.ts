import type { Page } from '@playwright/test';
import { ask, askAndRank, card, expect, expectAccessible, questions, ranked, test } from './support';

/** Nothing reaches past the right edge. */
async function expectFits(page: Page): Promise<void> {
  const past = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(past).toBeLessThanOrEqual(0);
}

test.describe('judges and choices', () => {
  test('an exam is explained, begun, watched, and its result shown', async ({ page, api }) => {
    const name = `Paced judge ${test.info().project.name} ${test.info().retry}`;
    await api.addService(name, 'demo-judge+slow300', { judge: true, contestant: false });
    await page.goto('/settings/judges');
    const judge = page.getByTestId('judge').filter({ hasText: name });
    await expect(judge).toContainText('Expected to be right in 65% of pairs.');
    await expect(judge).toContainText('Not examined yet.');
    await judge.getByRole('button', { name: 'Examine' }).click();
    await expect(page.getByRole('dialog')).toContainText('80 short calls');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Start the exam' }).click();
    const bar = judge.getByRole('progressbar');
    await expect(bar).toHaveAttribute('aria-valuemax', '80');
    await expect(bar).toHaveAttribute('aria-valuenow', /^[1-9]/, { timeout: 30_000 });
    await judge.scrollIntoViewIfNeeded();
    await expect(judge.getByTestId('exam-finished')).toBeVisible({ timeout: 90_000 });
    await expect(judge.getByRole('row', { name: /Flatters \d/ })).toBeVisible();
    await expect(judge.getByRole('button', { name: 'Examine again' })).toBeFocused();
    await judge.scrollIntoViewIfNeeded();
    await expectAccessible(page);
    await expectFits(page);
  });

  test('what is kept becomes a standing of services', async ({ page }) => {
    await page.goto('/settings/kept');
    await expect(page.getByText('No choices yet').or(page.getByTestId('standing').first())).toBeVisible();
    await expectAccessible(page);
    await askAndRank(page, questions.code);
    await card(page, 'Bolt').getByRole('button', { name: 'Select' }).click();
    await expect(card(page, 'Bolt').getByRole('button', { name: 'Selected' })).toBeVisible();
    await page.goto('/settings/kept');
    const bolt = page.getByTestId('standing').filter({ has: page.getByText('Bolt', { exact: true }) });
    await expect(bolt).toContainText(/kept [1-9]\d* of \d+/);
    await page.getByRole('group', { name: 'Topic' }).getByRole('button', { name: 'Code' }).click();
    await expect(page.getByText('Too few choices to say')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Proposed for the next question' })).toBeVisible();
    await bolt.getByRole('button').click();
    await expect(page.getByTestId('explanation').first()).toContainText('8 of 10 cases');
    await page.keyboard.press('Escape');
    await expectAccessible(page);
    await expectFits(page);
    await page.getByRole('button', { name: 'Ask these' }).click();
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await expect(page.getByTestId('services-chip')).toContainText('3 services');
  });

  test('a ranking is explained from its record', async ({ page }) => {
    await askAndRank(page, questions.code);
    await page.getByRole('button', { name: 'Who voted what' }).click();
    const how = page.getByTestId('how-it-came');
    await expect(how.getByTestId('score')).toHaveCount(3);
    await expect(how).toContainText('The ballots agree (by 100%).');
    await how.getByText('Every two answers side by side').click();
    await expect(how).toContainText(/\w+ before \w+/);
    await expect(page.getByTestId('ballot')).toHaveCount(2);
    await expect(page.getByTestId('ballot').first()).toContainText('Expected to be right in');
    await expectAccessible(page);
    await expectFits(page);
  });

  test('who judges is named in the composer, priced there, and shown in the record', async ({
    page,
    api,
  }) => {
    const name = `Named judge ${test.info().project.name} ${test.info().retry}`;
    await api.addService(name, 'demo-judge', { judge: true, contestant: false });
    await page.goto('/');
    const chip = page.getByTestId('judging-chip');
    await chip.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemradio', { name: /By judges I name/ }).click();
    await expect(page.getByText('Nobody is ticked')).toBeVisible();
    await page.getByRole('menuitemcheckbox', { name: new RegExp(name) }).click();
    await expectAccessible(page);
    await expectFits(page);
    await page.keyboard.press('Escape');
    await expect(chip).toContainText(`Judged by ${name}`);
    await ask(page, questions.code);
    await ranked(page);
    await expect(page.getByTestId('batch-line')).toContainText('ranked by 1 of 1 judge');
    await page.getByRole('button', { name: 'Who voted what' }).click();
    const how = page.getByTestId('how-it-came');
    await expect(how.getByTestId('who-voted')).toContainText(`${name} compared the answers.`);
    await expect(how.getByTestId('who-voted')).toContainText(`You named who judges: ${name}.`);
    await expect(page.getByTestId('ballot')).toHaveCount(1);
    await expectAccessible(page);
  });
});
