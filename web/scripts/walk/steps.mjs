const rest = (page, milliseconds) => page.waitForTimeout(milliseconds);

/** Moves a visible pointer there first, as a hand would. */
async function press(page, button) {
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  if (!box) throw new Error('nothing to press');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.evaluate(
    ([left, top]) => {
      document.querySelector('#walk-pointer').style.translate = `${left}px ${top}px`;
    },
    [x, y],
  );
  await rest(page, 700);
  await page.mouse.click(x, y);
  await rest(page, 500);
}

async function showPointer(page) {
  await page.evaluate(() => {
    const dot = document.createElement('div');
    dot.id = 'walk-pointer';
    dot.style.cssText =
      'position:fixed;z-index:99;left:-11px;top:-11px;width:22px;height:22px;border-radius:50%;' +
      'background:rgb(11 94 82 / .35);border:2px solid rgb(11 94 82);pointer-events:none;' +
      'transition:translate 500ms ease-in-out;translate:640px 560px';
    document.body.append(dot);
  });
}

/** Asks a question, then expands, selects, deletes the others and sends the next message. */
export async function walk(page) {
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.waitFor();
  await showPointer(page);
  const question = 'Which index suits an append-only table that is mostly read by time range?';
  await composer.pressSequentially(question, { delay: 18 });
  await rest(page, 400);
  await press(page, page.getByRole('button', { name: 'Send' }));
  await page.getByText(/ranked by \d+ of/).waitFor({ timeout: 60_000 });
  await rest(page, 1500);
  const best = page.locator('[data-card]').first();
  await press(page, best.getByRole('button', { name: 'Expand' }));
  await rest(page, 1500);
  await press(page, best.getByRole('button', { name: 'Select' }));
  await rest(page, 800);
  await press(page, page.locator('[data-action="prune"]'));
  await rest(page, 1200);
  await composer.pressSequentially('And what if rows arrive late?', { delay: 30 });
  await press(page, page.getByRole('button', { name: 'Send' }));
  await page.getByTestId('live-text').first().waitFor();
  await rest(page, 2500);
}
