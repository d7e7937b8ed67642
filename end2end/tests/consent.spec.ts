import { readFile } from 'node:fs/promises';

import { answer, connectedNumber, isLive, row, somePhone, thread } from '../fixtures/inbox.ts';
import { expect, expectAccessible, signUp, test } from '../fixtures/test.ts';

test('who asks to stop is answered once, written to by nobody, and comes back when they say so', async ({
  page,
  sapa,
}) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, number, 'Tolong berhenti ya kak');
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  await expect(thread(page).getByText('Baik, kami tidak akan mengirimi Anda pesan lagi.')).toBeVisible();
  await expect(page.getByText('Dewi asked for no messages')).toBeVisible();
  await expect(page.getByRole('textbox', { name: /^Reply to / })).toHaveCount(0);
  await expectAccessible(page);

  await page.goto('/contacts/consent');
  await isLive(page);
  const people = page.getByRole('table', { name: 'Want no messages' });
  await expect(people.getByRole('row').filter({ hasText: 'Dewi' })).toContainText('Wrote “Tolong berhenti ya kak”');
  await expectAccessible(page);

  // She writes something else: an agent may answer that.
  await sapa.sandbox.writes(dewi, number, 'Pesanan saya sampai mana?');
  await people.getByRole('link', { name: 'Open the conversation with Dewi' }).click();
  await answer(page, 'Besok sampai, Kak.');
  await expect(thread(page).getByText('Besok sampai, Kak.')).toBeVisible();

  await sapa.sandbox.writes(dewi, number, 'MULAI');
  await expect(thread(page).getByText('Anda akan menerima pesan kami lagi')).toBeVisible();
  await page.goto('/contacts/consent');
  await expect(page.getByRole('heading', { name: 'Nobody has opted out' })).toBeVisible();
});

test('consent is written down by keyboard, with how it was given', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, number, 'STOP');
  await page.goto('/contacts/consent');
  await isLive(page);
  await page.getByRole('button', { name: 'Record that Dewi agreed' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Record that Dewi agreed' });
  await dialog.getByRole('button', { name: 'Save their consent' }).press('Enter');
  await expect(dialog.getByText('This is required.')).toBeVisible();
  await dialog.getByLabel('How they agreed').fill('By phone this morning');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save their consent' }).press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Nobody has opted out' })).toBeVisible();
});

test('a list is pasted in, and is given back as a file', async ({ page }) => {
  await signUp(page);
  await page.goto('/contacts/consent');
  await isLive(page);
  await page.getByRole('button', { name: 'Add a list' }).click();
  const dialog = page.getByRole('dialog', { name: 'A list of people who want no messages' });
  await dialog.getByLabel('Numbers').fill('0812-5550-0001; Dewi\n+62 812 5550 0002\nno number at all');
  await dialog.getByRole('button', { name: 'Add them' }).click();
  await expect(dialog.getByText('2 people get no more messages.')).toBeVisible();
  await expect(dialog.getByText('no number at all')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('table', { name: 'Want no messages' }).getByRole('row')).toHaveCount(3);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('opted-out.csv');
  const csv = await readFile(await file.path(), 'utf8');
  expect(csv).toContain('6281255500001,');
  expect(csv).toContain('6281255500002,');
});

test('own words and answers are set, and mistakes lose nothing', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  await page.goto('/contacts/consent');
  await isLive(page);
  const words = page.getByLabel('More words that end them');
  await words.fill('x\n'.repeat(51));
  await page.getByLabel('To whoever opts out').fill('Siap, sampai jumpa.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/At most 50 lines/)).toBeVisible();
  await expect(page.getByLabel('To whoever opts out')).toHaveValue('Siap, sampai jumpa.');
  await words.fill('cukup sekian');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Holds from the next message on.')).toBeVisible();

  const dewi = somePhone();
  await sapa.sandbox.writes(dewi, number, 'Cukup sekian!');
  await expect(page.getByRole('table', { name: 'Want no messages' })).toContainText('Wrote “Cukup sekian!”');
  await expect.poll(async () => (await sapa.sandbox.chat(dewi, number)).map(({ text }) => text)).toContain('Siap, sampai jumpa.');
});
