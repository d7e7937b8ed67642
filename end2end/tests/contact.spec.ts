import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, expectAccessible, indonesian, signUp, test } from '../fixtures/test.ts';

const folder = resolve(import.meta.dirname, '../../server/tests/data/contacts');

/** A contact file given as text. */
function csv(name: string, text: string) {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(text) };
}

/** Chooses a file on the import page and waits for what is found in it. */
async function upload(page: Page, file: string | ReturnType<typeof csv>): Promise<void> {
  await page.goto('/contacts/import');
  await page.getByLabel('CSV file').setInputFiles(file);
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await expect(page.getByRole('heading', { name: 'Check what goes where', level: 1 })).toBeVisible();
}

async function startImport(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Import [\d,]+ contacts?$/ }).click();
  await expect(page.getByRole('heading', { name: 'Import finished' })).toBeVisible();
}

for (const name of ['google-contacts.csv', 'excel-semicolon.csv', 'messy.csv']) {
  test(`${name} comes to what is expected`, async ({ page }) => {
    const all = JSON.parse(await readFile(resolve(folder, 'expected.json'), 'utf8')) as Record<string, Outcome>;
    const expected = all[name]!;
    await signUp(page);
    await upload(page, resolve(folder, name));

    await expect(page.getByRole('img', { name: `${expected.valid} new` })).toBeVisible();
    await startImport(page);

    const figures = page.getByRole('region', { name: 'Import finished' });
    await expect(figures.getByRole('definition')).toContainText([`${expected.valid}`]);
    await expect(figures).toContainText(`Same number twice${expected.duplicates}`);
    await expect(figures).toContainText(`Cannot be imported${expected.invalid}`);
    await expect(figures).toContainText(`Asked for no messages${expected.opted_out}`);
  });
}

interface Outcome {
  valid: number;
  duplicates: number;
  invalid: number;
  opted_out: number;
}

test('a person sees why a row is refused, and which row', async ({ page }) => {
  await signUp(page);
  await upload(page, resolve(folder, 'excel-semicolon.csv'));
  await page.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: /^Errors/ }).click();
  const shortened = page.getByRole('row').filter({ hasText: '8,12346E+11' });
  await expect(shortened).toContainText('61');
  await expect(shortened).toContainText('Excel shortened this number');
});

test('what a column is for can be changed before the import', async ({ page }) => {
  await signUp(page);
  await upload(page, csv('pelanggan.csv', 'Nama,Nomor HP,Setuju promo\nDewi,0812 5550 0142,ya\nBudi,0812 5550 0143,tidak\n'));
  await expect(page.getByText('seems to say who agreed to marketing')).toBeVisible();

  await page.getByLabel('Setuju promo goes to').selectOption('Marketing consent');

  await expect(page.getByText('1 person in this file asked for no messages')).toBeVisible();
  await startImport(page);
  await page.getByRole('link', { name: 'See contacts' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Budi' })).toContainText('Opted out');
  await expect(page.getByRole('row').filter({ hasText: 'Dewi' })).toContainText('Allowed');
});

test('a file without a column of numbers says what to do', async ({ page }) => {
  await signUp(page);
  await upload(page, csv('kota.csv', 'Nama,Kota\nDewi,Solo\n'));
  await page.getByRole('button', { name: 'Import 0 contacts' }).click();
  await expect(page.getByRole('alert')).toContainText('No column holds numbers yet');
});

test('a picture and a file that is too large are refused in words', async ({ page }) => {
  await signUp(page);
  await page.goto('/contacts/import');
  const file = page.getByLabel('CSV file');
  await file.setInputFiles({ name: 'foto.csv', mimeType: 'text/csv', buffer: Buffer.from('\x89PNG\r\n', 'latin1') });
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'This file is not a CSV that can be read' })).toBeVisible();

  await file.setInputFiles({ name: 'besar.csv', mimeType: 'text/csv', buffer: Buffer.alloc(34 * 1024 * 1024, '0') });
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Split it into several files' })).toBeVisible();
});

test('contacts are found and paged; a name full of markup is a name', async ({ page }) => {
  await signUp(page);
  await page.goto('/contacts');
  await expect(page.getByRole('heading', { name: 'No contacts yet' })).toBeVisible();
  await upload(page, resolve(folder, 'messy.csv'));
  await startImport(page);
  await page.goto('/contacts');
  await expect(page.getByText('124 people you can greet.')).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/page=2/);

  const search = page.getByRole('searchbox', { name: 'Search by name, number or anything' });
  await search.fill('<img src=x');
  await search.press('Enter');
  await expect(page.getByRole('cell', { name: '<img src=x onerror=alert(1)>' }).first()).toBeVisible();

  await search.fill('nobody of this name');
  await search.press('Enter');
  await expect(page.getByRole('heading', { name: 'No contact has “nobody of this name”' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear search' }).click();
  await expect(page.getByText('124 people you can greet.')).toBeVisible();
});

test('every stage of an import is accessible', async ({ page }) => {
  await signUp(page);
  await page.goto('/contacts/import');
  await expectAccessible(page);
  await upload(page, resolve(folder, 'messy.csv'));
  await expectAccessible(page);
  await startImport(page);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'See contacts' }).click();
  await expect(page.getByRole('table')).toBeVisible();
  await expectAccessible(page);
});

test.describe('in Indonesian', () => {
  test.use(indonesian);

  test('the words are Indonesian, the reasons too', async ({ page }) => {
    await signUp(page);
    await page.goto('/contacts/import');
    await page.getByLabel('Berkas CSV').setInputFiles(csv('a.csv', 'Nama,HP\nDewi,8.1E+11\nBudi,0812 5550 0143\n'));
    await page.getByRole('button', { name: 'Unggah dan periksa' }).click();
    await expect(page.getByRole('row').filter({ hasText: '8.1E+11' }).last()).toContainText('Excel menyingkat nomor ini');
    await page.getByRole('button', { name: 'Impor 1 kontak' }).click();
    await expect(page.getByRole('heading', { name: 'Impor selesai' })).toBeVisible();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a file is uploaded, checked, imported and found', async ({ page }) => {
    await signUp(page);
    await upload(page, csv('a.csv', 'Nama,HP\nDewi,0812 5550 0142\n'));
    await page.getByRole('button', { name: 'Import 1 contact' }).click();
    await expect(page.getByRole('heading', { name: /^Import(ing contacts| finished)$/ })).toBeVisible();
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole('heading', { name: 'Import finished' })).toBeVisible({ timeout: 500 });
    }).toPass();
    await page.goto('/contacts?q=0812-5550');
    await expect(page.getByRole('row').filter({ hasText: 'Dewi' })).toBeVisible();
  });

  test('what is no contact file is refused in words', async ({ page }) => {
    await signUp(page);
    await page.goto('/contacts/import');
    await page.getByLabel('CSV file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('PK\x03\x04') });
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'This file is not a CSV that can be read' })).toBeVisible();
  });
});
