import { row, somePhone, thread } from '../fixtures/inbox.ts';
import { codeToType } from '../fixtures/number.ts';
import { expect, expectAccessible, open, signUp, test } from '../fixtures/test.ts';

test('a phone brings its chats when it is linked, and its page says so', async ({ page, sapa }) => {
  const [phone, person] = [somePhone(), somePhone()];
  await sapa.sandbox.addAccount(phone, 'Toko Sinar');
  await sapa.sandbox.setPerson(person, { name: 'Rina', saved_as: 'Bu Rina', reply_probability: 0 });
  await sapa.sandbox.writes(person, phone, 'Apakah masih ada?');
  const order = await sapa.sandbox.writes(person, phone, 'Saya pesan dua');
  await sapa.sandbox.does(person, phone, { edit: { of: order, text: 'Saya pesan tiga' } });

  // The number is linked with that phone: by a code, which names it.
  await signUp(page);
  await open(page, '/numbers/link');
  await page.getByRole('radio', { name: /^Sandbox/ }).check();
  await page.getByLabel('Name of the number').fill('Toko');
  await page.getByRole('button', { name: 'Show QR code' }).click();
  await expect(page.getByRole('img', { name: 'QR code for Linked devices in WhatsApp' })).toBeVisible();
  await page.getByRole('link', { name: 'Pairing code' }).click();
  await page.getByLabel('Number of the phone').fill(`+${phone}`);
  await page.getByLabel('Number of the phone').press('Enter');
  await page.getByLabel('Code on the sandbox phone').fill(await codeToType(page));
  await page.getByLabel('Code on the sandbox phone').press('Enter');
  await page.getByRole('link', { name: 'See this number' }).click();
  await expect(page.getByTestId('state')).toHaveText('Connected');
  await expect(page.getByText('History of the phone')).toBeVisible();
  await expect(page.getByText('2 messages of 1 chat from before.')).toBeVisible();

  await page.goto('/inbox');
  await expect(row(page, 'Bu Rina')).toContainText('Saya pesan tiga');
  await row(page, 'Bu Rina').click();
  await expect(thread(page)).toContainText('Apakah masih ada?');
  await expect(thread(page)).toContainText('Saya pesan tiga');
  await expect(thread(page)).not.toContainText('Saya pesan dua');
  await expectAccessible(page);
});
