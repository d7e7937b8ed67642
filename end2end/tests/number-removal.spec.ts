import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import { connectedNumber, isLive, row, somePhone } from '../fixtures/inbox.ts';
import { expect, expectAccessible, indonesian, signUp, test } from '../fixtures/test.ts';

/** Goes from the list to the page of a number; its address. */
async function openNumber(page: Page, label: string): Promise<string> {
  await page.goto('/numbers');
  await isLive(page);
  await page.getByRole('link', { name: `Details of ${label}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
  return page.url();
}

/** Writes to all contacts over the only number, and waits until it is done. */
async function sendCampaign(page: Page, name: string): Promise<string> {
  await page.goto('/campaigns/new');
  await isLive(page);
  await page.getByLabel('Campaign name').fill(name);
  await page.getByRole('button', { name: 'Next: message' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Halo, ada promo!');
  await page.getByRole('button', { name: 'Next: audience' }).click();
  await page.getByRole('radio', { name: /^All contacts/ }).check();
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('button', { name: 'Next: review' }).click();
  await page.getByRole('button', { name: /^Start, / }).click();
  await expect(page.getByText('Finished', { exact: true }).first()).toBeVisible({ timeout: 20_000 });
  return page.url();
}

test('by keyboard, everything of a number is downloaded and the number deleted, and what stays stays', async ({ page, context, sapa }) => {
  const person = somePhone();
  await signUp(page);
  const phone = await connectedNumber(page, 'Shop');
  await sapa.sandbox.setPerson(person, { reply_probability: 0 });
  await sapa.sandbox.writes(person, phone, '=1+1, are you open?');
  await page.goto('/inbox');
  await expect(row(page, 'are you open?')).toBeVisible();
  const campaign = await sendCampaign(page, 'Promo');
  const address = await openNumber(page, 'Shop');

  const section = page.getByRole('region', { name: 'Delete this number' });
  await expect(section.getByRole('listitem').first()).toHaveText('1 conversation of the inbox');
  await expect(section.getByRole('listitem').nth(1)).toHaveText(/^2 messages/);
  await expectAccessible(page);

  const downloading = page.waitForEvent('download');
  await section.getByRole('link', { name: 'Download everything first' }).press('Enter');
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^Shop \d{4}-\d\d-\d\d\.zip$/);
  // What stands in it is read by the server's own tests; the names of its files are not compressed.
  const zip = await readFile(await download.path());
  for (const name of ['number.json', 'conversations.csv', 'messages.csv', 'groups.csv']) expect(zip.includes(name)).toBe(true);
  await expect(page.getByTestId('state')).toHaveText('Connected');

  // Somebody else of the team looks at the same number, and at its conversations.
  const [other, inbox] = [await context.newPage(), await context.newPage()];
  await other.goto(address);
  await isLive(other);
  await inbox.goto('/inbox');
  await isLive(inbox);
  await expect(row(inbox, 'are you open?')).toBeVisible();

  await page.bringToFront();
  await section.getByRole('button', { name: 'Delete this number' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Delete Shop?' });
  const name = dialog.getByLabel('Type Shop to delete it');
  await expect(name).toBeFocused();
  await page.keyboard.type('Shoe');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert').filter({ hasText: 'This is not its name' })).toBeVisible();
  await expectAccessible(page);
  await name.fill('shop');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL('/numbers');
  await expect(page.getByRole('status').filter({ hasText: 'Shop is deleted.' })).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(0);
  await other.bringToFront();
  await expect(other.getByRole('heading', { name: 'This number is no longer here' })).toBeVisible();
  await expectAccessible(other);
  await other.getByRole('link', { name: 'To the numbers' }).press('Enter');
  await expect(other).toHaveURL('/numbers');
  await inbox.bringToFront();
  await expect(row(inbox, 'are you open?')).toHaveCount(0);

  await page.bringToFront();
  await page.goto(campaign);
  const about = page.getByRole('region', { name: 'About this campaign' });
  await expect(about).toContainText('A number that was deleted');
  await expect(page.getByRole('heading', { name: '1 person, in exactly one place' })).toBeVisible();
  await expect(page.getByText('Finished', { exact: true }).first()).toBeVisible();
  await expect.poll(async () => (await sapa.sandbox.account(phone)).devices).toEqual([]);
  // Its name is free, and so is its place.
  await connectedNumber(page, 'Shop');
});

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
