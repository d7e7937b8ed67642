import type { Locator, Page } from '@playwright/test';

import { connectedNumber, isLive, row, somePhone, thread } from '../fixtures/inbox.ts';
import { expect, expectAccessible, signUp, signUpOperator, test } from '../fixtures/test.ts';

/** A red pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4IScHAAK2AQU0pnWqAAAAAElFTkSuQmCC',
  'base64',
);

/** How wide the picture in there is, once it has come. */
async function width(place: Locator): Promise<number> {
  return place.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth);
}

async function openPage(page: Page, label: string): Promise<void> {
  await page.getByRole('link', { name: `Details of ${label}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
  await isLive(page);
}

test('the profile of a number is changed by keyboard, and the network shows it', async ({ page, sapa }) => {
  await signUp(page);
  const phone = await connectedNumber(page, 'CS Solo');
  await openPage(page, 'CS Solo');
  const profile = page.getByRole('region', { name: 'Profile' });
  await expect(profile.getByTestId('profile-name')).toHaveText('CS Solo');
  await expect(profile.getByTestId('profile-about')).toHaveText('No About');

  await profile.getByRole('button', { name: 'Change profile' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'WhatsApp profile' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await expect(dialog.getByLabel('Name')).toHaveValue('CS Solo');
  await dialog.getByLabel('Name').fill(' ');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('This is required.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Toko Solo');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Buka 08–17');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(profile.getByTestId('profile-name')).toHaveText('Toko Solo');
  await expect(profile.getByTestId('profile-about')).toHaveText('Buka 08–17');
  await expect(profile.getByText('Being told to WhatsApp.')).toBeHidden();
  await expect.poll(async () => (await sapa.sandbox.account(phone)).about).toBe('Buka 08–17');

  await profile.getByRole('button', { name: 'Change picture' }).press('Enter');
  const choice = page.getByRole('dialog', { name: 'Profile picture' });
  const file = choice.getByLabel('Picture', { exact: true });
  await file.setInputFiles({ name: 'harga.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') });
  await choice.getByRole('button', { name: 'Use this picture' }).click();
  await expect(choice.getByText('This picture cannot be opened.')).toBeVisible();
  await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: picture });
  await choice.getByRole('button', { name: 'Use this picture' }).press('Enter');
  await expect(choice).toBeHidden();
  await expect.poll(() => width(profile)).toBe(1);
  await expect.poll(async () => (await sapa.sandbox.account(phone)).picture?.size ?? 0).toBeGreaterThan(0);
  await expectAccessible(page);

  await profile.getByRole('button', { name: 'Change picture' }).click();
  await choice.getByRole('button', { name: 'Remove picture' }).press('Enter');
  await expect(choice).toBeHidden();
  await expect(profile.locator('img')).toHaveCount(0);
  await expect.poll(async () => (await sapa.sandbox.account(phone)).picture).toBeUndefined();
});

test('how a number behaves is set by keyboard', async ({ page, sapa }) => {
  await signUp(page);
  const phone = await connectedNumber(page, 'CS Solo');
  await openPage(page, 'CS Solo');
  const behaviour = page.getByRole('region', { name: 'Behaviour' });
  await expect(behaviour).toContainText('Never');
  await expect.poll(async () => (await sapa.sandbox.account(phone)).online).toBe(false);
  await behaviour.getByRole('button', { name: 'Change behaviour' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Behaviour of CS Solo' });
  await dialog.getByLabel(/^Show “typing…”/).press('Space');
  await dialog.getByLabel('Always shown as online').press('Space');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(behaviour).toContainText('Shown before campaigns and the bot write');
  await expect(behaviour).toContainText('As long as it is connected');
  await expect.poll(async () => (await sapa.sandbox.account(phone)).online).toBe(true);
});

test('who writes is seen with the picture they show', async ({ page, sapa }) => {
  await signUpOperator(page, sapa);
  const phone = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, phone, 'Halo kak');
  await page.goto('/sandbox');
  await isLive(page);
  await page.getByRole('link', { name: /CS Solo/ }).first().click();
  await page.getByRole('link', { name: /Dewi/ }).first().click();
  await page.getByRole('button', { name: 'Person' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Who Dewi is' });
  await dialog.getByLabel('Shows a profile picture').press('Space');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();

  await page.goto('/inbox');
  await isLive(page);
  const dewis = row(page, 'Dewi');
  await expect.poll(() => width(dewis)).toBe(96);
  await dewis.click();
  await expect(thread(page).getByText('Halo kak')).toBeVisible();
  await expectAccessible(page);
  await page.goto('/contacts');
  await expect.poll(() => width(page.getByRole('row', { name: /Dewi/ }))).toBe(96);
});
