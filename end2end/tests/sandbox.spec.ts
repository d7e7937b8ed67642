import type { Page } from '@playwright/test';

import { connectedNumber, isLive, row, somePhone } from '../fixtures/inbox.ts';
import { expect, expectAccessible, indonesian, open, signUp, test } from '../fixtures/test.ts';

/** The phone of a number that is on the sandbox page. */
async function openPhone(page: Page, label: string): Promise<void> {
  await page.goto('/sandbox');
  await isLive(page);
  await page.getByRole('link', { name: `Open the phone of ${label}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
}

/** Plays somebody, by their number. */
async function play(page: Page, phone: string): Promise<void> {
  await page.getByLabel('Number of the person').fill(phone);
  await page.getByLabel('Number of the person').press('Enter');
  await expect(page.getByRole('region', { name: /^Screen of / })).toBeVisible();
}

test('a newcomer plays a customer: is one, writes, and sees the answer on their screen', async ({ page, sapa }) => {
  await signUp(page);
  await connectedNumber(page, 'CS');
  await openPhone(page, 'CS');
  await expect(page.getByRole('heading', { name: 'No chats yet' })).toBeVisible();
  const rina = somePhone();
  await sapa.sandbox.setPerson(rina, { name: 'Rina' });
  await play(page, rina);
  // Who somebody is, is the same for every business.
  await expect(page.getByRole('button', { name: 'Person' })).toBeHidden();

  await page.getByRole('button', { name: 'Behaviour' }).click();
  const dialog = page.getByRole('dialog', { name: /^How .* behaves$/ });
  await expect(dialog.getByLabel('Reads messages')).toBeChecked();
  await expect(dialog.getByLabel('Answers messages')).not.toBeChecked();
  await dialog.getByRole('textbox', { name: 'Answers' }).fill('harga =');
  await expect(dialog.getByLabel('Answers messages')).toBeChecked();
  await dialog.getByRole('button', { name: 'Save behaviour' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Answers' })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Answers' }).fill('harga = Berapa ongkirnya?');
  await dialog.getByRole('button', { name: 'Save behaviour' }).click();
  await expect(dialog).toBeHidden();
  const screen = page.getByRole('region', { name: /^Screen of / });
  await expect(screen.getByRole('heading', { name: 'Rina' })).toBeVisible();

  const field = page.getByRole('textbox', { name: 'Write as Rina' });
  await field.fill('Masih buka?');
  await field.press('Enter');
  await expect(field).toHaveValue('');
  await expect(screen.getByRole('article', { name: 'Message from Rina' })).toContainText('Masih buka?');
  await expectAccessible(page);
  const address = page.url();

  await open(page, '/inbox');
  await row(page, 'Rina').click();
  const reply = page.getByRole('textbox', { name: /^Reply to / });
  await reply.fill('Masih. Harga Rp 15.000');
  await reply.press('Enter');
  await expect(page.getByRole('log', { name: 'Messages' })).toContainText('Berapa ongkirnya?');

  await open(page, address);
  const log = screen.getByRole('log');
  await expect(log.getByRole('article')).toHaveCount(3);
  await expect(log).toContainText('Berapa ongkirnya?');
  await page.getByRole('link', { name: 'Ledger' }).click();
  await expect(page.getByRole('table', { name: 'Newest messages' })).toContainText('Masih. Harga Rp 15.000');
  await expectAccessible(page);
});

test('what comes while the screen is looked at appears by itself', async ({ page, sapa }) => {
  await signUp(page);
  const account = await connectedNumber(page, 'CS');
  const person = somePhone();
  await sapa.sandbox.setPerson(person, { name: 'Dewi' });
  await openPhone(page, 'CS');
  await play(page, person);
  await isLive(page);
  await sapa.sandbox.writes(person, account, 'Ada stok?');
  await expect(page.getByRole('article', { name: 'Message from Dewi' })).toContainText('Ada stok?');
});

test('trouble is thrown by keyboard, seen, and ended', async ({ page }) => {
  await signUp(page);
  await connectedNumber(page, 'CS');
  await openPhone(page, 'CS');
  await page.getByRole('link', { name: 'Trouble' }).press('Enter');
  const form = page.getByRole('region', { name: 'Throw trouble' });
  await form.getByRole('combobox', { name: 'Trouble' }).selectOption('nack');
  await form.getByLabel('Code of the refusal').fill('9');
  await form.getByLabel('How often').fill('3');
  await form.getByLabel('How often').press('Enter');
  await expect(form.getByLabel('Code of the refusal')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Code of the refusal').fill('463');
  await form.getByLabel('How often').press('Enter');
  const inForce = page.getByRole('region', { name: 'In force' });
  await expect(inForce).toContainText('Messages are refused with a code 463');
  await expect(inForce).toContainText('3 times more');
  await expectAccessible(page);
  await inForce.getByRole('button', { name: 'End all' }).press('Enter');
  await expect(inForce).toContainText('No trouble was thrown at this phone');

  const devices = page.getByRole('region', { name: 'Linked devices' });
  await devices.getByRole('button', { name: /^Log out device / }).press('Enter');
  await expect(devices).toContainText('No device is linked.');
  await open(page, '/numbers');
  await expect(page.getByRole('article', { name: 'CS' })).toContainText('Logged out');
});

test('without JavaScript a customer can be played', async ({ page, sapa, browser }) => {
  await signUp(page);
  await connectedNumber(page, 'CS');
  const plain = await browser.newContext({
    baseURL: sapa.url,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const still = await plain.newPage();
  await still.goto('/sandbox');
  await still.getByRole('link', { name: 'Open the phone of CS' }).click();
  await play(still, somePhone());
  await still.getByRole('textbox', { name: /^Write as / }).fill('Halo');
  await still.getByRole('button', { name: 'Send' }).click();
  await expect(still.getByRole('log')).toContainText('Halo');
  await plain.close();
});

test.describe('in Indonesian', () => {
  test.use(indonesian);

  test('the sandbox says it in Indonesian', async ({ page }) => {
    await signUp(page);
    await open(page, '/sandbox');
    await expect(page.getByRole('heading', { name: 'Belum ada ponsel sandbox' })).toBeVisible();
  });
});
