import type { Page } from '@playwright/test';
import { ask, card, composer, expect, expectAccessible, isPhone, questions, ranked, test } from './support';

/** A picture drawn in the page, as a file of this kind. */
async function drawn(page: Page, type = 'image/png', side = 300): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([kind, size]) => {
      const canvas = document.createElement('canvas');
      canvas.width = size;
      canvas.height = Math.round(size * 0.6);
      const pen = canvas.getContext('2d');
      for (let row = 0; pen && row < 12; row += 1) {
        pen.fillStyle = `hsl(${row * 30} 60% 60%)`;
        pen.fillRect(row * (size / 12), 0, size / 12, canvas.height);
      }
      return canvas.toDataURL(kind).split(',')[1] ?? '';
    },
    [type, side] as const,
  );
  return Buffer.from(base64, 'base64');
}

/** The same event that a browser makes of Ctrl+V or of a drop. */
async function handOver(
  page: Page,
  how: 'paste' | 'drop',
  name: string,
  type: string,
  bytes: Buffer,
): Promise<void> {
  await composer(page).evaluate(
    (area, [kind, file]) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0));
      data.items.add(new File([content], file.name, { type: file.type }));
      const event =
        kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      area.dispatchEvent(event);
    },
    [how, { name, type, base64: bytes.toString('base64') }] as const,
  );
}

const tile = (page: Page, name: string) =>
  page.getByTestId('image-tray').getByRole('listitem').filter({ hasText: name });
const arrived = async (page: Page, name: string) => {
  await expect(tile(page, name)).toBeVisible();
  await expect(tile(page, name).locator('.animate-spin')).toHaveCount(0);
};

test.describe('images', () => {
  test('are chosen, kept with the draft, sent to those who see, and marked where they are not seen', async ({
    page,
    api,
  }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await expect(composer(page)).toBeVisible();
    const photo = await drawn(page, 'image/jpeg', 2600);
    await page
      .getByTestId('image-input')
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo });
    await arrived(page, 'photo.jpg');
    await expect(page.getByTestId('who-sees')).toContainText('Bolt takes no images');
    await expectAccessible(page);
    await page.getByTestId('services-chip').click();
    await expect(page.getByRole('menuitemcheckbox', { name: /Bolt/ })).toContainText('Text only');
    await page.keyboard.press('Escape');
    await composer(page).fill('What does the picture show?');
    await page.reload();
    await arrived(page, 'photo.jpg');
    await ask(page, 'What does the picture show?');
    await expect(page.getByTestId('image-tray')).toHaveCount(0);
    await ranked(page);
    const image = page.getByRole('button', { name: 'Open photo.jpg' });
    await expect(image).toBeVisible();
    expect(await image.locator('img').evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(2048);
    await expect(card(page, 'Aria').getByTestId('summary')).toContainText('Images received: image/jpeg');
    await expect(card(page, 'Bolt').getByTestId('summary')).not.toContainText('Images received');
    const why = card(page, 'Bolt').getByRole('button', { name: 'Text only' });
    await why.focus();
    await expect(page.getByTestId('explanation')).toContainText('takes no images');
    await why.blur();
    await expectAccessible(page);

    await image.click();
    await expect(page.getByRole('dialog').getByRole('img', { name: 'photo.jpg' })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(image).toBeFocused();

    await page.getByTestId('open-preview').click();
    await expect(page.getByTestId('preview').getByRole('button', { name: 'Open photo.jpg' })).toBeVisible();
    await page.getByRole('tab', { name: 'Bolt' }).click();
    await expect(page.getByTestId('preview')).toContainText('It takes no images: 1 stays out.');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Turn menu' }).click();
    await page.getByRole('menuitem', { name: 'Edit and ask again' }).click();
    await arrived(page, 'photo.jpg');
    await page.getByRole('button', { name: 'Remove photo.jpg' }).click();
    await expect(page.getByTestId('image-tray')).toHaveCount(0);
    await expect(image).toBeVisible();
    await composer(page).fill('');
  });

  test('are pasted and dropped; what is no image is refused in words', async ({ page, api }) => {
    const { id } = await api.conversation();
    await page.goto(`/c/${id}`);
    await expect(page.getByRole('button', { name: 'Add images' })).toBeVisible();
    await handOver(page, 'paste', 'pasted.png', 'image/png', await drawn(page));
    await arrived(page, 'pasted.png');
    await handOver(page, 'drop', 'dropped.webp', 'image/webp', await drawn(page, 'image/webp'));
    await arrived(page, 'dropped.webp');
    await handOver(page, 'drop', 'fake.png', 'image/png', Buffer.from('<svg onload="alert(1)">'));
    await expect(page.getByTestId('image-tray')).toContainText('fake.png is no image that can be read here');
    if (!isPhone(page)) await expectAccessible(page);
    for (const name of ['fake.png', 'pasted.png', 'dropped.webp'])
      await page.getByRole('button', { name: `Remove ${name}` }).click();
    await expect(page.getByTestId('image-tray')).toHaveCount(0);
  });

  test('go to nobody where nobody sees, and that is said before', async ({ page, api }) => {
    const blind = await api.addService('Blind', 'echo');
    const { id } = await api.conversation({ service_ids: [blind.id] });
    await page.goto(`/c/${id}`);
    await handOver(page, 'paste', 'pasted.png', 'image/png', await drawn(page));
    await arrived(page, 'pasted.png');
    await expect(page.getByTestId('who-sees')).toContainText('None of the chosen services takes images');
    await ask(page, questions.udp);
    await expect(card(page, 'Blind').getByTestId('summary')).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('button', { name: 'Open pasted.png' })).toBeVisible();
  });
});
