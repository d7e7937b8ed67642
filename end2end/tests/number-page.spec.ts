import type { Page } from '@playwright/test';

import { expect, expectAccessible, signUp, test } from '../fixtures/test.ts';

/** Adds a sandbox number and opens its page; its phone, in digits. */
async function openNumber(page: Page, label: string): Promise<string> {
  await page.goto('/numbers');
  await expect(page.getByTestId('connection')).toHaveText('Live');
  await page.getByRole('button', { name: 'Add a sandbox number' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a sandbox number' });
  await dialog.getByLabel('Name of the number').fill(label);
  await dialog.getByRole('button', { name: 'Add number' }).click();
  await page.getByRole('link', { name: `Details of ${label}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
  await expect(page.getByTestId('state')).toHaveText('Connected');
  const phone = await page.getByText(/^\+62 \d/).first().textContent();
  return (phone ?? '').replace(/\D/g, '');
}

/** What happened, newest first. */
function happened(page: Page) {
  return page.getByRole('region', { name: 'What happened' }).getByRole('listitem');
}

test('the page of a number tells how it is and what it did', async ({ page, sapa }) => {
  await signUp(page);
  const phone = await openNumber(page, 'Shop');
  await expect(happened(page)).toHaveText([/^Connected/]);
  const health = page.getByRole('region', { name: 'Health' });
  await expect(health).toContainText('Last receivedNever');
  await expectAccessible(page);

  const person = `62812${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
  await sapa.sandbox.writes(person, phone, 'Halo kak');
  await expect(health).not.toContainText('Last receivedNever');
  const today = page.getByRole('table', { name: 'Messages, last 14 days' }).getByRole('row').last();
  await expect(today.getByRole('cell')).toHaveText(['0', '1', '0']);
});

test('a number is logged out and linked again by keyboard, and its page remembers', async ({ page }) => {
  await signUp(page);
  await openNumber(page, 'Shop');
  const logOut = page.getByRole('button', { name: 'Log out', exact: true });
  await logOut.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Log Shop out of Sapa?' });
  await expect(dialog.getByRole('button', { name: 'Stay connected' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('state')).toHaveText('Connected');

  await logOut.press('Enter');
  await dialog.getByRole('button', { name: 'Log out' }).press('Enter');
  await expect(page.getByTestId('state')).toHaveText('Logged out');
  await expect(page.getByText('was logged out here').first()).toBeVisible();
  await expect(logOut).toHaveCount(0);
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Link again' }).press('Enter');
  await page.getByRole('button', { name: 'Get a new code' }).press('Enter');
  const scan = page.getByRole('button', { name: 'Scan with the sandbox phone' });
  // There is nothing to scan before the code has come.
  await expect(scan).toBeEnabled();
  await scan.press('Enter');
  await expect(page.getByRole('heading', { name: 'Shop is connected' })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('link', { name: 'See this number' }).press('Enter');
  await expect(page.getByTestId('state')).toHaveText('Connected');
  await expect(happened(page)).toHaveText([/^Connected/, /^Waiting for the scan/, /^Logged out/, /^Connected/]);
});

test('a number gets another name on its page', async ({ page }) => {
  await signUp(page);
  await openNumber(page, 'Shop');
  await page.getByRole('button', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename' });
  await dialog.getByLabel('Name of the number').fill('Support');
  await dialog.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Support' })).toBeVisible();
});

test('a budget is set by keyboard and counts who is new', async ({ page }) => {
  await signUp(page);
  await openNumber(page, 'Shop');
  const budget = page.getByRole('region', { name: 'New chats' });
  await expect(budget).toContainText('0, no limit');
  await budget.getByRole('button', { name: 'Change budget' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Budget of Shop' });
  await expect(dialog.getByLabel('New chats a day')).toBeFocused();
  await page.keyboard.type('20');
  await dialog.getByLabel('Warm-up, days').fill('5');
  await dialog.getByLabel('On the first day').fill('4');
  await dialog.getByLabel('Quiet from').fill('21:00');
  await dialog.getByLabel('Until').fill('07:00');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(budget).toContainText('0 of 4');
  await expect(budget).toContainText('Warm-up, day 1 of 5. Tomorrow 6.');
  await expect(budget).toContainText('Quiet hours 21:00 to 07:00 WIB');
  await expectAccessible(page);

  await budget.getByRole('button', { name: 'Change budget' }).click();
  await expect(dialog.getByLabel('New chats a day')).toHaveValue('20');
  await expect(dialog.getByLabel('Quiet from')).toHaveValue('21:00');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.goto('/numbers');
  await expect(page.getByRole('article', { name: 'Shop' })).toContainText('0 of 4');
});

test('a device that the phone removes is told at once, with what to do', async ({ page, sapa }) => {
  await signUp(page);
  const phone = await openNumber(page, 'Shop');
  const [device] = (await sapa.sandbox.account(phone)).devices;
  await sapa.sandbox.unlink(phone, device?.id ?? 0);
  await expect(page.getByTestId('state')).toHaveText('Logged out');
  await expect(page.getByText('The phone removed this device').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Link again' })).toBeVisible();
});

test('a ban is told with its end, and the number can be left and linked again', async ({ page, sapa }) => {
  await signUp(page);
  const phone = await openNumber(page, 'Shop');
  await sapa.sandbox.addFault({ kind: 'temporary_ban', account: phone, count: 1 });
  await expect(page.getByTestId('state')).toHaveText('Banned');
  await expect(page.getByText(/^Banned by the network until/).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByTestId('state')).toHaveText('Logged out');
});

test('without JavaScript the page of a number has the same figures', async ({ page, sapa, browser }) => {
  await signUp(page);
  await openNumber(page, 'Shop');
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${sapa.url}${new URL(page.url()).pathname}`);
  await expect(plain.getByRole('heading', { level: 1, name: 'Shop' })).toBeVisible();
  await expect(plain.getByTestId('state')).toHaveText('Connected');
  await expect(plain.getByRole('table', { name: 'Messages, last 14 days' }).getByRole('row')).toHaveCount(15);
  await context.close();
});

test.describe('what is not there', () => {
  test.use({ pageProblems: 'allowed' });

  test('a wrong budget is told beside its field, and what was typed stays', async ({ page }) => {
    await signUp(page);
    await openNumber(page, 'Shop');
    await page.getByRole('button', { name: 'Change budget' }).click();
    const dialog = page.getByRole('dialog', { name: 'Budget of Shop' });
    await dialog.getByLabel('New chats a day').fill('many');
    await dialog.getByLabel('Warm-up, days').fill('5');
    await dialog.getByRole('button', { name: 'Save budget' }).click();
    await expect(dialog.getByRole('alert').filter({ hasText: 'Write a whole number from 0 to 100000.' })).toBeVisible();
    await expect(dialog.getByLabel('New chats a day')).toHaveValue('many');
    await expect(dialog.getByLabel('Warm-up, days')).toHaveValue('5');
  });

  test('a number of nobody is not found', async ({ page }) => {
    await signUp(page);
    await page.goto('/numbers/01990000-0000-7000-8000-000000000000');
    await expect(page.getByRole('alert').or(page.getByRole('heading', { level: 1 })).first()).toBeVisible();
    await expect(page.getByText('not found', { exact: false }).or(page.getByText('no longer')).first()).toBeVisible();
  });
});
