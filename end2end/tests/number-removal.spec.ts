import type { Page } from '@playwright/test';

import { connectedNumber, isLive } from '../fixtures/inbox.ts';
import { expect, indonesian, signUp, test } from '../fixtures/test.ts';

/** Goes from the list to the page of a number; its address. */
async function openNumber(page: Page, label: string): Promise<string> {
  await page.goto('/numbers');
  await isLive(page);
  await page.getByRole('link', { name: `Details of ${label}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
  return page.url();
}

test('a number is kept by whoever thinks better of it', async ({ page }) => {
  await signUp(page);
  await connectedNumber(page, 'Shop');
  await openNumber(page, 'Shop');
  const remove = page.getByRole('region', { name: 'Delete this number' }).getByRole('button', { name: 'Delete this number' });
  await remove.click();
  const dialog = page.getByRole('dialog', { name: 'Delete Shop?' });
  await dialog.getByLabel('Type Shop to delete it').fill('Shop');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();
  await remove.click();
  await expect(dialog.getByLabel('Type Shop to delete it')).toHaveValue('');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('state')).toHaveText('Connected');
});

test('without JavaScript a number is downloaded all the same', async ({ page, sapa, browser }) => {
  await signUp(page);
  await connectedNumber(page, 'Shop');
  const address = await openNumber(page, 'Shop');
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${sapa.url}${new URL(address).pathname}`);
  const section = plain.getByRole('region', { name: 'Delete this number' });
  await expect(section.getByRole('button')).toBeHidden();
  const downloading = plain.waitForEvent('download');
  await section.getByRole('link', { name: 'Download everything first' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^Shop .*\.zip$/);
  await context.close();
});

test.describe('in Indonesian', () => {
  test.use(indonesian);

  test('what goes with a number is said in words, and nothing is wider than the window', async ({ page }) => {
    await signUp(page);
    await page.setViewportSize({ width: 375, height: 812 });
    await page.goto('/numbers');
    await page.getByRole('button', { name: 'Tambah nomor sandbox' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Tambah nomor' }).click();
    await page.getByRole('link', { name: 'Rincian Sandbox' }).click();
    const section = page.getByRole('region', { name: 'Hapus nomor ini' });
    await expect(section.getByRole('listitem').first()).toHaveText('0 percakapan di kotak masuk');
    await section.getByRole('button', { name: 'Hapus nomor ini' }).click();
    const dialog = page.getByRole('dialog', { name: 'Hapus Sandbox?' });
    await expect(dialog.getByLabel('Ketik Sandbox untuk menghapusnya')).toBeFocused();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(375);
    await dialog.getByLabel('Ketik Sandbox untuk menghapusnya').fill('Sandbox');
    await dialog.getByRole('button', { name: 'Hapus selamanya' }).click();
    await expect(page.getByRole('heading', { name: 'Belum ada nomor' })).toBeVisible();
  });
});
