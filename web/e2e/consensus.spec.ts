import { askAndRank, batchLine, card, composer, expect, expectAccessible, questions, test } from './support';

/** The text that is painted as the sought passage. */
const painted = () => {
  const [range] = CSS.highlights.get('passage') ?? [];
  return range instanceof Range ? range.toString() : '';
};

test('ticked points become a consensus whose sentences lead to the answers', async ({ page }) => {
  await askAndRank(page, questions.index);
  const agreement = page.getByTestId('agreement');
  await agreement.getByRole('checkbox').first().check();
  await expect(page.getByTestId('consensus-maker')).toContainText('1 ticked point must be in it.');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Make consensus' }).click();

  const consensus = page.getByTestId('consensus');
  await expect(consensus.getByRole('button', { name: 'Select' })).toBeVisible({ timeout: 30_000 });
  await expect(consensus).toContainText('Written by Demo judge.');
  await expect(consensus).toContainText('Made from');
  const marks = consensus.getByRole('button', { name: /^Rests on/ });
  await expect(marks.first()).toBeVisible();
  await expectAccessible(page);

  await marks.first().click();
  const behind = page.getByRole('dialog', { name: 'What this sentence rests on' });
  await expect(behind).toBeVisible();
  await expectAccessible(page);
  await behind
    .getByRole('button', { name: /^Show where/ })
    .first()
    .click();
  await expect.poll(() => page.evaluate(painted)).not.toBe('');
});

test('a kept consensus takes the place of its sources, also in the next prompt, and gives it back', async ({
  page,
}) => {
  await askAndRank(page, questions.loan);
  await page.getByRole('button', { name: 'Make consensus' }).click();
  const consensus = page.getByTestId('consensus');
  await consensus.getByRole('button', { name: 'Select' }).click({ timeout: 30_000 });
  await expect(consensus).toContainText('Kept');
  await page.getByRole('button', { name: /^Delete \d others$/ }).click();
  await expect(card(page, 'Aria')).toBeHidden();
  await expect(consensus).toBeVisible();
  await expect(page.getByTestId('stale-consensus')).toBeHidden();
  await page.reload();
  await expect(consensus).toContainText('Kept');
  await page.getByTestId('context-line').getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('dialog')).toContainText('Consensus');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Bring back/ }).click();
  await expect(card(page, 'Aria')).toBeVisible();
});

test('a late answer is named as new to ranking and consensus, and both can be made again', async ({
  page,
  api,
}) => {
  await api.addService('Late', 'demo-bolt+slow1500');
  await askAndRank(page, questions.udp);
  // The late service has taken part already; what matters is one that was not asked.
  const later = await api.addService('Later', 'echo+slow2500');
  await page.getByRole('button', { name: 'Make consensus' }).click();
  const consensus = page.getByTestId('consensus').first();
  await expect(consensus.getByRole('button', { name: 'Select' })).toBeVisible({ timeout: 30_000 });
  await page.reload();
  await page.getByRole('button', { name: 'Turn menu' }).last().click();
  await page.getByRole('menuitem', { name: `Ask ${later.name} too` }).click();
  await expect(page.getByTestId('stale-consensus')).toContainText('Made before Later answered.', {
    timeout: 30_000,
  });
  await expect(batchLine(page)).toContainText('5 of 5 answered, ranked by');
  await expect(page.getByTestId('stale-ranking')).toBeHidden();
  await page
    .getByTestId('stale-consensus')
    .locator('xpath=ancestor::*[.//button][1]')
    .getByRole('button')
    .click();
  await expect(page.getByTestId('consensus')).toHaveCount(2);
  await expect(page.getByTestId('consensus').first().getByRole('button', { name: 'Select' })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByTestId('consensus').first().getByTestId('stale-consensus')).toBeHidden();
});

test('one that is being written can be stopped, removed and brought back', async ({ page, api }) => {
  const writer = await api.addService('Slow writer', 'demo-judge+tps15', { contestant: false });
  await askAndRank(page, questions.code);
  await page.getByRole('button', { name: 'Choose who writes it' }).click();
  await page.getByRole('menuitem', { name: writer.name }).click();
  const consensus = page.getByTestId('consensus');
  await expect(consensus.getByTestId('consensus-text')).toContainText(/\w+ \w+/, { timeout: 30_000 });
  await consensus.getByRole('button', { name: 'Stop' }).click();
  await expect(consensus).toContainText('Stopped');
  await consensus.getByRole('button', { name: 'Remove' }).click();
  await expect(consensus).toBeHidden();
  await composer(page).blur();
  await page.getByTestId('undo-bar').getByRole('button').click();
  await expect(consensus).toBeVisible();
});

test('judges say whether it was worth it, and how they compared is shown', async ({ page }) => {
  await askAndRank(page, questions.code);
  await page.getByRole('button', { name: 'Make consensus' }).click();
  const versus = page.getByTestId('consensus').first().getByTestId('versus');
  await expect(versus).toContainText(/prefer|Too close to call/, { timeout: 30_000 });
  await versus.getByRole('button', { name: 'How it was compared' }).click();
  const how = page.getByTestId('how-it-came');
  await expect(how).toContainText('Consensus');
  await expect(how.getByTestId('score')).toHaveCount(2);
  await expect(page.getByTestId('ballot')).toHaveCount(2);
  await expectAccessible(page);
});
