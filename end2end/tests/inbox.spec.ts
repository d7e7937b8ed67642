import { readFile } from 'node:fs/promises';

import { answer, connectedNumber, isLive, row, somePhone, thread } from '../fixtures/inbox.ts';
import { expect, expectAccessible, signUp, test, until } from '../fixtures/test.ts';

/** What a person sees of the chat, as texts. */
async function seenBy(sapa: { sandbox: { chat: Chat } }, person: string, number: string): Promise<(string | null)[]> {
  return (await sapa.sandbox.chat(person, number)).map(({ text }) => text);
}
type Chat = (person: string, account: string) => Promise<{ text: string | null }[]>;

test('a message appears within a second, the agent answers, and the ticks turn to read', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await page.goto('/inbox');
  await isLive(page);
  await expect(page.getByRole('heading', { name: 'No conversations yet' })).toBeVisible();

  await sapa.sandbox.writes(dewi, number, 'Kemeja *Truntum* masih ada?');
  await expect(row(page, 'Dewi')).toBeVisible({ timeout: 2_000 });
  await expect(row(page, 'Dewi')).toContainText('1 unread');
  await expect(page).toHaveTitle(/^\(1\) Inbox/);

  await row(page, 'Dewi').click();
  await expect(thread(page).getByText('Kemeja Truntum masih ada?')).toBeVisible();
  await expect(thread(page).locator('strong')).toHaveText('Truntum');
  await expect(page).toHaveTitle(/^Inbox/);

  await answer(page, 'Masih, Kak.');
  const bubble = thread(page).getByRole('article', { name: 'Message to Dewi' });
  await expect(bubble).toContainText('Masih, Kak.');
  await expect(bubble.getByRole('img', { name: 'Read' })).toBeVisible();
  expect(await seenBy(sapa, dewi, number)).toContain('Masih, Kak.');
  await expectAccessible(page);
});

test('two open windows agree', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, number, 'Halo');
  await page.goto('/inbox');
  await isLive(page);
  const second = await page.context().newPage();
  await second.goto('/inbox');
  await isLive(second);
  await expect(row(second, 'Dewi')).toContainText('1 unread');

  await row(page, 'Dewi').click();
  await expect(row(second, 'Dewi')).not.toContainText('1 unread');
  await row(second, 'Dewi').click();
  await answer(page, 'Dari jendela pertama');
  await expect(thread(second).getByText('Dari jendela pertama')).toBeVisible();

  await second.getByRole('button', { name: 'Resolve' }).click();
  await expect(page.getByRole('button', { name: 'Reopen' })).toBeVisible();
  await sapa.sandbox.writes(dewi, number, 'Satu lagi');
  await expect(page.getByRole('button', { name: 'Resolve' })).toBeVisible();
  await expect(thread(page).getByText('Satu lagi')).toBeVisible();
});

test('an agent greets first, and a wrong number is said beside its field', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const budi = somePhone();
  await sapa.sandbox.setPerson(budi, { name: 'Budi' });
  await page.goto('/inbox');
  await isLive(page);
  await page.getByRole('button', { name: 'New conversation' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New conversation' });
  await dialog.getByLabel('WhatsApp number to write to').fill('12');
  await dialog.getByRole('button', { name: 'Open conversation' }).click();
  await expect(dialog.getByText('Not a valid phone number.')).toBeVisible();
  await expect(dialog.getByLabel('WhatsApp number to write to')).toHaveValue('12');

  await dialog.getByLabel('WhatsApp number to write to').fill(`+${budi}`);
  await dialog.getByRole('button', { name: 'Open conversation' }).click();
  await expect(page).toHaveURL(/\/inbox\/[0-9a-f-]{36}/);
  await answer(page, 'Selamat siang, Kak.');
  await until('the greeting arrives', 10_000, async () =>
    (await seenBy(sapa, budi, number)).includes('Selamat siang, Kak.') ? true : undefined,
  );
});

test('what is typed survives a message that comes in, and a number that cannot send', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, number, 'Halo');
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  const field = page.getByRole('textbox', { name: /^Reply to / });
  await field.fill('Sebentar ya');
  await sapa.sandbox.writes(dewi, number, 'Halo?');
  await expect(thread(page).getByText('Halo?')).toBeVisible();
  await expect(field).toHaveValue('Sebentar ya');
  await field.press('Shift+Enter');
  await field.pressSequentially('saya cek');
  await expect(field).toHaveValue('Sebentar ya\nsaya cek');

  const account = await sapa.sandbox.account(number);
  await sapa.sandbox.unlink(number, account.devices[0]!.id);
  await expect(page.getByText('CS Solo is not connected. Your reply is kept and sent once it is.')).toBeVisible();
  await field.press('Enter');
  const waiting = thread(page).getByRole('article', { name: 'Message to Dewi' });
  await expect(waiting.getByRole('img', { name: 'Waiting to send' })).toBeVisible();
});

test('a name full of markup is only a name', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const person = somePhone();
  const name = '<img src=x onerror=alert(1)>';
  await sapa.sandbox.setPerson(person, { name });
  await sapa.sandbox.writes(person, number, '<b>tebal</b> <img src=x onerror=alert(2)>');
  await page.goto('/inbox');
  await isLive(page);
  await row(page, name).click();
  await expect(page.getByRole('heading', { name, level: 2 }).first()).toBeVisible();
  await expect(thread(page).getByText('<b>tebal</b> <img src=x onerror=alert(2)>')).toBeVisible();
  await expect(page.locator('main img')).toHaveCount(0);
});

/** A picture of one blue pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
test('what people change, take back, answer and think of a message is seen with it', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  const order = await sapa.sandbox.writes(dewi, number, 'Pesan dua');
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  await answer(page, 'Baik, Kak');
  const ours = thread(page).getByRole('article', { name: 'Message to Dewi' });
  await expect(ours.getByRole('img', { name: 'Read' })).toBeVisible();
  const answered = (await sapa.sandbox.chat(dewi, number)).at(-1)?.id ?? '';

  await sapa.sandbox.does(dewi, number, { reaction: { to: answered, emoji: '🙏' } });
  await expect(ours.getByText('Dewi reacted: 🙏')).toBeAttached();
  await sapa.sandbox.does(dewi, number, { edit: { of: order, text: 'Pesan tiga' } });
  const theirs = thread(page).getByRole('article', { name: 'Message from Dewi' });
  await expect(theirs.first()).toContainText('Pesan tiga');
  await expect(theirs.first()).toContainText('Edited');
  await sapa.sandbox.does(dewi, number, { text: 'Yang merah', quote: answered });
  const quote = theirs.last().getByRole('blockquote');
  await expect(quote).toContainText('You');
  await expect(quote).toContainText('Baik, Kak');
  await expectAccessible(page);

  const slip = await sapa.sandbox.writes(dewi, number, 'Sandi saya 1234');
  await expect(theirs.last()).toContainText('Sandi saya 1234');
  await sapa.sandbox.does(dewi, number, { delete: slip });
  await expect(theirs.last()).toContainText('This message was deleted');
  await expect(page.getByText('Sandi saya 1234')).toHaveCount(0);
  await page.goto('/inbox');
  await expect(row(page, 'Dewi')).toContainText('This message was deleted');
});

/** A document, by its content. */
const PDF = Buffer.from('%PDF-1.4\nharga baru\n%%EOF');

test('a photo and a document come, and are seen and saved', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.sends(dewi, number, { kind: 'image', base64: PIXEL, caption: 'Ini buktinya' });
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  const photo = thread(page).getByRole('img', { name: 'Photo from Dewi' });
  await expect(photo).toBeVisible();
  await expect.poll(() => photo.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  await expect(thread(page).getByText('Ini buktinya')).toBeVisible();

  // What comes while the thread is looked at appears by itself.
  await sapa.sandbox.sends(dewi, number, { kind: 'document', base64: PDF.toString('base64'), file_name: 'daftar harga.pdf' });
  const file = thread(page).getByRole('link', { name: 'Download daftar harga.pdf' });
  await expect(file).toContainText('PDF');
  const saving = page.waitForEvent('download');
  await file.click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('daftar harga.pdf');
  expect(await readFile(await saved.path())).toEqual(PDF);
  await expectAccessible(page);
});

test('an agent sends a file with words, and can let go of it before', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, number, 'Minta daftar harganya');
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  const field = page.getByRole('textbox', { name: /^Reply to Dewi/ });
  await expect(field).toBeVisible();

  const choose = async (name: string, buffer: Buffer) => {
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach a file' }).click();
    await (await choosing).setFiles({ name, mimeType: 'application/pdf', buffer });
  };
  await choose('salah.pdf', PDF);
  await expect(page.getByText('salah.pdf', { exact: true })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^salah\.pdf, .+ will be sent$/ })).toBeAttached();
  await page.getByRole('button', { name: 'Remove the file' }).press('Enter');
  await expect(page.getByText('salah.pdf', { exact: true })).toBeHidden();
  await expect(page.getByRole('status').filter({ hasText: 'File removed' })).toBeAttached();
  await expect(field).toBeFocused();

  await choose('besar.pdf', Buffer.alloc(33 * 1024 * 1024));
  await field.fill('Terlampir ya Kak');
  await field.press('Enter');
  await expect(page.getByText('This file is 34 MB; the limit is 33 MB', { exact: true })).toBeVisible();
  await expect(field).toHaveValue('Terlampir ya Kak');

  await choose('harga.pdf', PDF);
  await field.press('Enter');
  await expect(field).toHaveValue('');
  const bubble = thread(page).getByRole('article', { name: 'Message to Dewi' });
  await expect(bubble).toContainText('Terlampir ya Kak');
  await expect(bubble.getByRole('link', { name: 'Download harga.pdf' })).toBeVisible();
  await expect(bubble.getByRole('img', { name: 'Read' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove the file' })).toBeHidden();
  const seen = (await sapa.sandbox.chat(dewi, number)).at(-1)!;
  expect(seen).toMatchObject({ kind: 'document', text: 'Terlampir ya Kak', media: { size: PDF.length, file_name: 'harga.pdf' } });
  await expectAccessible(page);
});

test('a file that is gone says so, and is fetched when it is there again', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.addFault({ kind: 'media_gone', account: number });
  await sapa.sandbox.sends(dewi, number, { kind: 'image', base64: PIXEL });
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  await expect(thread(page).getByText('WhatsApp no longer has this file')).toBeVisible({ timeout: 30_000 });
  await sapa.sandbox.clearFaults(number);
  await thread(page).getByRole('button', { name: 'Try again' }).click();
  await expect(thread(page).getByRole('img', { name: 'Photo from Dewi' })).toBeVisible({ timeout: 30_000 });
});

// A phone has no such keys.
test('the inbox is worked by keyboard', { tag: '@desktop' }, async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  for (const name of ['Dewi', 'Budi']) {
    const person = somePhone();
    await sapa.sandbox.setPerson(person, { name });
    await sapa.sandbox.writes(person, number, `Halo dari ${name}`);
    await page.goto('/inbox');
    await expect(row(page, name)).toBeVisible();
  }
  await isLive(page);
  const open = page.getByRole('region', { name: /^Conversation with / });
  await page.keyboard.press('Alt+j');
  await expect(open).toHaveAccessibleName('Conversation with Budi');
  await page.keyboard.press('Alt+j');
  await expect(open).toHaveAccessibleName('Conversation with Dewi');
  await page.keyboard.press('Alt+k');
  await expect(open).toHaveAccessibleName('Conversation with Budi');
  await page.keyboard.press('Alt+l');
  await page.keyboard.type('Halo?');
  await expect(page.getByRole('textbox', { name: /^Reply to Budi/ })).toHaveValue('Halo?');
  await page.keyboard.press('Alt+e');
  await expect(page.getByRole('button', { name: 'Reopen' })).toBeVisible();
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).click();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});
