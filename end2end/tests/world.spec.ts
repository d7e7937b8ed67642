import type { Page } from '@playwright/test';

import { connectedNumber, isLive, somePhone } from '../fixtures/inbox.ts';
import { expect, expectAccessible, indonesian, open, signUp, signUpOperator, test } from '../fixtures/test.ts';

/** The world, from the page of phones. */
async function openWorld(page: Page): Promise<void> {
  await page.goto('/sandbox');
  await isLive(page);
  await page.getByRole('link', { name: 'The whole world' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'The whole world' })).toBeVisible();
}

test('an operator sees everybody’s phones as they come, and what they send', async ({ page, anotherPage, sapa }) => {
  await signUpOperator(page, sapa);
  await openWorld(page);
  const other = await anotherPage();
  await signUp(other, { business: 'Toko Sebelah' });
  const phone = await connectedNumber(other, 'CS Sebelah');
  const theirs = page.getByRole('row', { name: /CS Sebelah/ });
  await expect(theirs).toContainText('Toko Sebelah');
  await expect(theirs).toContainText('1 of 1 connected');
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Ledger' }).press('Enter');
  await sapa.sandbox.writes(somePhone(), phone, 'Masih buka?');
  await expect(page.getByRole('table', { name: 'Newest messages' })).toContainText('Masih buka?');
  await expectAccessible(page);
});

test('an operator sets how everybody behaves and what the network lets pass, by keyboard', async ({ page, sapa }) => {
  await signUpOperator(page, sapa);
  await openWorld(page);
  await page.getByRole('link', { name: 'Rules' }).press('Enter');
  const limits = page.getByRole('region', { name: 'Network limits' });
  await limits.getByLabel('New chats a day').fill('50');
  await limits.getByLabel('A lock lasts').fill('0');
  await limits.getByLabel('A lock lasts').press('Enter');
  await expect(limits.getByLabel('A lock lasts')).toHaveAttribute('aria-invalid', 'true');
  await expect(limits.getByLabel('New chats a day')).toHaveValue('50');
  await limits.getByLabel('A lock lasts').fill('90');
  await limits.getByLabel('A lock lasts').press('Enter');
  await expect(page.getByText('The network has these limits from now on.')).toBeVisible();

  const everybody = page.getByRole('region', { name: 'How everybody behaves' });
  await everybody.getByRole('textbox', { name: 'Answers' }).fill('= Terima kasih');
  await expect(everybody.getByLabel('Answers messages')).toBeChecked();
  await everybody.getByRole('button', { name: 'Save behaviour' }).press('Enter');
  await expect(page.getByText('Everybody behaves like this from now on.')).toBeVisible();
  const seed = page.getByRole('region', { name: 'Seed' });
  await seed.getByRole('textbox').fill('4711');
  await seed.getByRole('textbox').press('Enter');
  await expect(page.getByText('The seed is saved.')).toBeVisible();
  await expectAccessible(page);

  await open(page, '/sandbox/world?view=rules');
  await expect(limits.getByLabel('New chats a day')).toHaveValue('50');
  await expect(limits.getByLabel('A lock lasts')).toHaveValue('90');
  await expect(everybody.getByRole('textbox', { name: 'Answers' })).toHaveValue('Terima kasih');
  await expect(seed.getByRole('textbox')).toHaveValue('4711');
  await sapa.sandbox.setWorld({ defaults: {}, policy: {} });
});

test('trouble for everybody is thrown, seen with the phones it strikes, and ended', async ({ page, sapa }) => {
  await signUpOperator(page, sapa);
  const phone = await connectedNumber(page, 'CS');
  await sapa.sandbox.addFault({ kind: 'ack_late', account: phone });
  await openWorld(page);
  await page.getByRole('link', { name: 'Trouble' }).press('Enter');
  const form = page.getByRole('region', { name: 'Trouble for everybody' });
  await form.getByRole('combobox', { name: 'Trouble' }).selectOption('receipt_never');
  await form.getByLabel('How often').fill('many');
  await form.getByLabel('How often').press('Enter');
  await expect(form.getByLabel('How often')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('How often').fill('3');
  await form.getByLabel('How often').press('Enter');
  const inForce = page.getByRole('region', { name: 'In force' });
  await expect(inForce.getByRole('listitem')).toHaveCount(2);
  await expect(inForce).toContainText('every phone, 3 times more');
  await expectAccessible(page);
  await inForce.getByRole('button', { name: 'End all' }).press('Enter');
  await expect(inForce).toContainText('No trouble is in force.');
});

test('an operator says who somebody is, for every business', async ({ page, anotherPage, sapa }) => {
  await signUpOperator(page, sapa);
  const phone = await connectedNumber(page, 'CS');
  const person = somePhone();
  await sapa.sandbox.writes(person, phone, 'Halo');
  await page.goto('/sandbox');
  await isLive(page);
  await page.getByRole('link', { name: 'Open the phone of CS' }).press('Enter');
  await page.getByLabel('Number of the person').fill(person);
  await page.getByLabel('Number of the person').press('Enter');
  await page.getByRole('button', { name: 'Person' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: /^Who .* is$/ });
  await dialog.getByLabel('Profile name').fill('Rina');
  await expectAccessible(page);
  await dialog.getByLabel('Profile name').press('Enter');
  await expect(page.getByRole('region', { name: 'Screen of Rina’s phone' })).toBeVisible();

  const other = await anotherPage();
  await signUp(other);
  await connectedNumber(other, 'CS');
  await other.goto('/sandbox');
  await isLive(other);
  await other.getByRole('link', { name: 'Open the phone of CS' }).press('Enter');
  await other.getByLabel('Number of the person').fill(person);
  await other.getByLabel('Number of the person').press('Enter');
  await expect(other.getByRole('region', { name: 'Screen of Rina’s phone' })).toContainText('Nothing on this phone yet.');
});

test('a reset asks for its word, and every number has to be linked again', async ({ page, anotherPage, sapa }) => {
  await signUpOperator(page, sapa);
  const other = await anotherPage();
  await signUp(other, { business: 'Toko Sebelah' });
  await connectedNumber(other, 'CS Sebelah');
  await openWorld(page);
  const card = page.getByRole('region', { name: 'Start over' });
  const word = card.getByLabel('Type RESET to go on');
  await word.fill('ya');
  await word.press('Enter');
  await expect(word).toHaveAttribute('aria-invalid', 'true');
  await word.fill('RESET');
  await word.press('Enter');
  await expect(page.getByRole('region', { name: 'Phones' })).toContainText('No phone in this world yet.');
  await other.goto('/numbers');
  await expect(other.getByRole('article', { name: 'CS Sebelah' })).toContainText('Logged out');
});

test('without JavaScript the limits can be set, and a mistake stands beside its field', async ({ page, sapa, browser }) => {
  await signUpOperator(page, sapa);
  const plain = await browser.newContext({
    baseURL: sapa.url,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const still = await plain.newPage();
  await still.goto('/sandbox/world?view=rules');
  await still.getByLabel('Messages a minute').fill('0');
  await still.getByRole('button', { name: 'Save limits' }).click();
  await expect(still.getByLabel('Messages a minute')).toHaveAttribute('aria-invalid', 'true');
  await expect(still.getByLabel('Messages a minute')).toHaveValue('0');
  await still.getByLabel('Messages a minute').fill('20');
  await still.getByRole('button', { name: 'Save limits' }).click();
  await expect(still.getByLabel('Messages a minute')).toHaveValue('20');
  await expect(still.getByLabel('Messages a minute')).not.toHaveAttribute('aria-invalid', 'true');
  await plain.close();
  await sapa.sandbox.setWorld({ policy: {} });
});

test('who is no operator sees no way to the world, and is refused there', async ({ page }) => {
  await signUp(page);
  await open(page, '/sandbox');
  await expect(page.getByRole('link', { name: 'The whole world' })).toBeHidden();
  await open(page, '/sandbox/world');
  await expect(page.getByRole('alert')).toContainText('Only an operator of this installation may do this.');
  const refused = await page.request.post('/api/app/sandbox/world/api/reset_world', {
    form: { word: 'RESET' },
    headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin' },
  });
  expect(refused.status()).toBe(403);
});

test.describe('in Indonesian', () => {
  test.use(indonesian);

  test('the world says it in Indonesian', async ({ page, sapa }) => {
    await signUpOperator(page, sapa);
    await open(page, '/sandbox/world');
    await expect(page.getByRole('heading', { level: 1, name: 'Seluruh dunia' })).toBeVisible();
  });
});
