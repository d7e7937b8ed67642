import type { Locator, Page } from '@playwright/test';

import { expect, expectAccessible, signUp, test } from '../fixtures/test.ts';

/** The page can be used: its stream is open, so everything on it is alive. */
async function isLive(page: Page): Promise<void> {
  await expect(page.getByTestId('connection')).toHaveText('Live');
}

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
  await expect(page.getByRole('article', { name: 'Shop' }).getByText('Connected', { exact: true })).toBeVisible();
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
