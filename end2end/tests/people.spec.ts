import { isLive, connectedNumber, row, somePhone, thread } from '../fixtures/inbox.ts';
import { expect, expectAccessible, signUp, test } from '../fixtures/test.ts';
import type { Locator, Page } from '@playwright/test';

/** What is known of the contact: beside the thread where there is room, else over it. */
async function contactPanel(page: Page): Promise<Locator> {
  const beside = page.getByRole('complementary', { name: 'Contact' });
  if (await beside.isVisible()) return beside;
  await page.getByRole('button', { name: 'Contact details' }).press('Enter');
  return page.getByRole('dialog', { name: 'Contact details' });
}

test('somebody who hid their number turns out to be known, and is told apart again', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const dewi = somePhone();
  await page.goto('/inbox');
  await isLive(page);
  await page.getByRole('button', { name: 'New conversation' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New conversation' });
  await dialog.getByLabel('WhatsApp number to write to').fill(`+${dewi}`);
  await dialog.getByRole('button', { name: 'Open conversation' }).click();
  await expect(page).toHaveURL(/\/inbox\/[0-9a-f-]{36}/);

  // Without the number nobody knows that it is the same person.
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi', hides_number: true });
  await sapa.sandbox.writes(dewi, number, 'Siapa ini?');
  await page.goto('/inbox');
  await isLive(page);
  const conversations = page.getByRole('list', { name: 'Conversations' }).getByRole('link');
  await expect(conversations).toHaveCount(2);
  await row(page, 'Dewi').click();
  await expect(thread(page).getByText('Siapa ini?')).toBeVisible();
  const field = page.getByRole('textbox', { name: /^Reply to / });
  await field.fill('Sebentar, Kak');

  await sapa.sandbox.setPerson(dewi, { name: 'Dewi', hides_number: false });
  await sapa.sandbox.writes(dewi, number, 'Ini saya');
  await expect(thread(page).getByText('Ini saya')).toBeVisible();
  await expect(thread(page).getByText('Siapa ini?')).toBeVisible();
  // Who was writing goes on writing, to the conversation that both became.
  await expect(field).toHaveValue('Sebentar, Kak');
  await page.goto('/inbox');
  await expect(conversations).toHaveCount(1);
  await isLive(page);
  await row(page, 'Dewi').click();

  const panel = await contactPanel(page);
  await expect(panel.getByRole('heading', { name: 'The same person' })).toBeVisible();
  await expectAccessible(page);
  await panel.getByText(/^Separate /).press('Enter');
  await panel.getByRole('button', { name: 'Separate', exact: true }).press('Enter');
  await expect(panel.getByRole('heading', { name: 'The same person' })).toBeHidden();
  await page.goto('/inbox');
  await expect(conversations).toHaveCount(2);
});
