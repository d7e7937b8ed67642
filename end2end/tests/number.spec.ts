import type { Locator, Page } from '@playwright/test';

import { isLive } from '../fixtures/inbox.ts';
import { codeToType } from '../fixtures/number.ts';
import { expect, expectAccessible, signUp, test } from '../fixtures/test.ts';

async function addSandboxNumber(page: Page, label: string): Promise<Locator> {
  await page.goto('/numbers');
  await isLive(page);
  await page.getByRole('button', { name: 'Add a sandbox number' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a sandbox number' });
  await dialog.getByLabel('Name of the number').fill(label);
  await dialog.getByRole('button', { name: 'Add number' }).click();
  await expect(dialog).toBeHidden();
  return page.getByRole('article', { name: label });
}

test('a sandbox number connects by itself', async ({ page }) => {
  await signUp(page);
  const card = await addSandboxNumber(page, 'Promo 1');
  await expect(card.getByText('Connected', { exact: true })).toBeVisible();
  await expect(card.getByText('Sandbox', { exact: true })).toBeVisible();
  await expect(card).toContainText('+62 ');
  await expectAccessible(page);
});

test('a number gets another name', async ({ page }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await page.getByRole('button', { name: 'Rename Promo 1' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename' });
  await expect(dialog.getByLabel('Name of the number')).toHaveValue('Promo 1');
  await dialog.getByLabel('Name of the number').fill('Support');
  await dialog.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('article', { name: 'Support' })).toBeVisible();
  await expect(page.getByRole('article', { name: 'Promo 1' })).toHaveCount(0);
});

test('a number is linked by a code that the sandbox phone scans', async ({ page }) => {
  await signUp(page);
  await page.goto('/numbers/link');
  await isLive(page);
  await page.getByRole('radio', { name: /^Sandbox/ }).check();
  await page.getByLabel('Name of the number').fill('Shop');
  await page.getByRole('button', { name: 'Show QR code' }).click();

  await expect(page.getByRole('img', { name: 'QR code for Linked devices in WhatsApp' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Scan with the sandbox phone' }).click();

  await expect(page.getByRole('heading', { name: 'Shop is connected' })).toBeVisible({ timeout: 20_000 });
  await page.getByRole('link', { name: 'See this number' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Shop' })).toBeVisible();
  await expect(page.getByTestId('state')).toHaveText('Connected');
});

/** A sandbox number that waits to be linked, its first code shown. */
async function startLinking(page: Page, label: string): Promise<void> {
  await page.goto('/numbers/link');
  await isLive(page);
  await page.getByRole('radio', { name: /^Sandbox/ }).check();
  await page.getByLabel('Name of the number').fill(label);
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(page.getByRole('img', { name: 'QR code for Linked devices in WhatsApp' })).toBeVisible();
}

/** A phone that no other test has: the tests of a worker share one network. */
function anyPhone(): string {
  return `0812 ${String(Math.floor(Math.random() * 1e8)).padStart(8, '0').replace(/(....)/, '$1 ')}`;
}

test('a number is linked by keyboard with a code that is typed', async ({ page }) => {
  const phone = anyPhone();
  await signUp(page);
  await startLinking(page, 'Shop');
  await page.getByRole('link', { name: 'Pairing code' }).press('Enter');
  await page.getByLabel('Number of the phone').fill(phone);
  await page.keyboard.press('Enter');
  const code = await codeToType(page);
  await expectAccessible(page);
  await page.getByLabel('Code on the sandbox phone').fill(`${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Shop is connected' })).toBeVisible({ timeout: 20_000 });
  const readable = phone.replace(/^0(...) (....) /, '+62 $1-$2-');
  await expect(page.getByText(`${readable} is ready`)).toBeVisible();
});

test('two windows link the same number and agree', async ({ page, context }) => {
  const phone = anyPhone();
  await signUp(page);
  await startLinking(page, 'Shop');
  const other = await context.newPage();
  await other.goto(page.url());
  await isLive(other);
  await page.getByRole('link', { name: 'Pairing code' }).click();
  await other.getByRole('link', { name: 'Pairing code' }).click();
  await page.getByLabel('Number of the phone').fill(phone);
  await page.getByRole('button', { name: 'Get a code' }).click();
  const code = await codeToType(page);
  expect(await codeToType(other)).toBe(code);
  await other.getByLabel('Code on the sandbox phone').fill(code);
  await other.getByRole('button', { name: 'Type it on the sandbox phone' }).click();
  for (const window of [page, other])
    await expect(window.getByRole('heading', { name: 'Shop is connected' })).toBeVisible({ timeout: 20_000 });
});

test('what a passkey is about stands where the ways to link are', async ({ page }) => {
  await signUp(page);
  await startLinking(page, 'Shop');
  await page.getByRole('link', { name: 'Passkey' }).click();
  await expect(page.getByRole('heading', { name: 'When WhatsApp asks for a passkey' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Use the pairing code' }).click();
  await expect(page.getByLabel('Number of the phone')).toBeVisible();
});

test.describe('what is refused', () => {
  // A browser writes every answer that is not a success to its console.
  test.use({ pageProblems: 'allowed' });

  test('a name that is taken is refused beside its field, and what was typed stays', async ({ page }) => {
    await signUp(page);
    await addSandboxNumber(page, 'Promo 1');
    await page.getByRole('button', { name: 'Add a sandbox number' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add a sandbox number' });
    await expect(dialog.getByLabel('Name of the number')).toHaveValue('Sandbox');
    await dialog.getByLabel('Name of the number').fill('Promo 1');
    await dialog.getByRole('button', { name: 'Add number' }).click();
    await expect(dialog.getByRole('alert').filter({ hasText: 'Already taken' })).toBeVisible();
    await expect(dialog.getByLabel('Name of the number')).toHaveValue('Promo 1');
  });

  test('a wrong code is told beside its field, and a new one comes', async ({ page }) => {
    const phone = anyPhone();
    await signUp(page);
    await startLinking(page, 'Shop');
    await page.getByRole('link', { name: 'Pairing code' }).click();
    await page.getByLabel('Number of the phone').fill('12');
    await page.getByRole('button', { name: 'Get a code' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Not a valid phone number' })).toBeVisible();
    await page.getByLabel('Number of the phone').fill(phone);
    await page.getByRole('button', { name: 'Get a code' }).click();
    const code = await codeToType(page);
    await page.getByLabel('Code on the sandbox phone').fill(code.startsWith('A') ? 'BBBBBBBB' : 'AAAAAAAA');
    await page.getByRole('button', { name: 'Type it on the sandbox phone' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'This code is wrong' })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByLabel('Number of the phone')).toHaveValue(phone);
    await page.getByLabel('Code on the sandbox phone').fill(await codeToType(page, code));
    await page.getByRole('button', { name: 'Type it on the sandbox phone' }).click();
    await expect(page.getByRole('heading', { name: 'Shop is connected' })).toBeVisible({ timeout: 20_000 });
  });

  test('a network that wants a passkey is explained, and the typed code goes around it', async ({ page, sapa }) => {
    const phone = anyPhone();
    await signUp(page);
    await startLinking(page, 'Shop');
    await sapa.sandbox.addFault({ kind: 'passkey_wanted', count: 1 });
    await page.getByRole('button', { name: 'Scan with the sandbox phone' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'WhatsApp asks for the passkey' })).toBeVisible();
    await page.getByRole('link', { name: 'Pairing code' }).click();
    await page.getByLabel('Number of the phone').fill(phone);
    await page.getByRole('button', { name: 'Get a code' }).click();
    await page.getByLabel('Code on the sandbox phone').fill(await codeToType(page));
    await page.getByRole('button', { name: 'Type it on the sandbox phone' }).click();
    await expect(page.getByRole('heading', { name: 'Shop is connected' })).toBeVisible({ timeout: 20_000 });
  });

  test('a build for the sandbox says why it cannot link a real phone', async ({ page }) => {
    await signUp(page);
    await page.goto('/numbers/link');
    await isLive(page);
    await page.getByRole('radio', { name: /^WhatsApp/ }).check();
    await page.getByLabel('Name of the number').fill('Real');
    await page.getByRole('button', { name: 'Show QR code' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'cargo xtask serve --real' })).toBeVisible();
    await expect(page.getByLabel('Name of the number')).toHaveValue('Real');
  });
});

test.describe('when the server goes away and comes back', () => {
  // The stream and whatever is asked meanwhile fail, as they must.
  test.use({ pageProblems: 'allowed' });

  test('a number is connected again without being linked again', async ({ page, sapa }) => {
    await signUp(page);
    const card = await addSandboxNumber(page, 'Promo 1');
    await expect(card.getByText('Connected', { exact: true })).toBeVisible();
    await sapa.restart();
    await page.reload();
    await expect(card.getByText('Connected', { exact: true })).toBeVisible({ timeout: 20_000 });
  });
});
