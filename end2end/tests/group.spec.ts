import type { Locator, Page } from '@playwright/test';

import { connectedNumber, isLive, somePhone } from '../fixtures/inbox.ts';
import { expect, expectAccessible, open, signUp, test } from '../fixtures/test.ts';

/** The row of somebody in the table of members. */
function member(page: Page, name: string): Locator {
  return page.getByRole('table', { name: 'Members' }).getByRole('row').filter({ hasText: name });
}

test('the groups of a number: made on its phone, read, searched, and made contacts of', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  const [dewi, budi, tamu] = [somePhone(), somePhone(), somePhone()];
  await sapa.sandbox.setPerson(tamu, { name: 'Tamu', hides_number: true });
  await open(page, '/numbers');
  await page.getByRole('link', { name: 'CS Solo' }).first().click();
  await expect(page.getByText('This number is in no group yet.')).toBeVisible();
  const numberPage = page.url();

  await page.getByRole('main').getByRole('link', { name: 'Play the customers' }).last().click();
  await isLive(page);
  await page.getByRole('button', { name: 'New group' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New group' });
  await dialog.getByLabel('Name of the group').fill('Reseller Solo');
  await dialog.getByLabel('Members').fill('bukan nomor');
  await dialog.getByRole('button', { name: 'Make the group' }).press('Enter');
  await expect(dialog.getByLabel('Members')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Name of the group')).toHaveValue('Reseller Solo');
  await expectAccessible(page);
  await dialog.getByLabel('Members').fill(`+${dewi}\n+${budi}\n+${tamu}`);
  await dialog.getByRole('button', { name: 'Make the group' }).press('Enter');
  await expect(dialog).toBeHidden();

  await open(page, numberPage);
  await expect(page.getByText('This number is in 1 group.')).toBeVisible();
  await page.getByRole('link', { name: 'Show the groups' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Groups' })).toBeVisible();
  const groups = page.getByRole('table', { name: 'Groups' });
  await expect(groups.getByRole('row').filter({ hasText: 'Reseller Solo' })).toContainText('4');
  await expectAccessible(page);
  await groups.getByRole('link', { name: 'Reseller Solo' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Reseller Solo' })).toBeVisible();
  await expect(page.getByText('4 members, CS Solo among them')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Members' }).getByText('Number hidden')).toHaveCount(1);
  await expect(page.getByText('1 member hides their number and cannot be added.')).toBeVisible();
  await expectAccessible(page);

  // What happens on a phone meanwhile is seen here.
  const groupPage = page.url();
  const jid = `${groupPage.split('/').at(-1)}@g.us`;
  await sapa.sandbox.renameGroup(jid, 'Reseller Jateng');
  await expect(page.getByRole('heading', { level: 1, name: 'Reseller Jateng' })).toBeVisible();

  await page.getByRole('searchbox', { name: 'Search by name or number' }).fill(`0${budi.slice(2)}`);
  await page.getByRole('searchbox', { name: 'Search by name or number' }).press('Enter');
  await expect(page.getByRole('table', { name: 'Members' }).getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search by name or number' }).fill('tidak ada');
  await page.getByRole('searchbox', { name: 'Search by name or number' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'No member matches' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(page.getByRole('searchbox', { name: 'Search by name or number' })).toHaveValue('');
  await expect(page.getByRole('table', { name: 'Members' }).getByRole('row')).toHaveCount(5);

  await page.getByRole('button', { name: 'Make them contacts' }).press('Enter');
  await expect(page).toHaveURL(/\/contacts\/import\/[0-9a-f-]{36}/);
  await page.getByRole('button', { name: /^Import/ }).press('Enter');
  await expect(page.getByText('Reseller Jateng.csv')).toBeVisible();
  await open(page, groupPage);
  await expect(member(page, dewi.slice(-4))).toContainText('Is a contact');
  await open(page, `/contacts?q=${dewi.slice(2)}`);
  // Details have no room on a phone.
  const contact = page.getByRole('table', { name: 'Contacts' });
  await expect(contact).toContainText(dewi.slice(-4));
  await expect(contact.getByText('Grup WhatsApp: Reseller Jateng')).toBeAttached();

  await sapa.sandbox.leaveGroup(jid, number);
  await open(page, groupPage);
  await expect(page.getByRole('heading', { name: 'This number is not in that group any more' })).toBeVisible();
  await page.getByRole('link', { name: 'To the groups' }).click();
  await expect(page.getByRole('heading', { name: 'No groups yet' })).toBeVisible();
});
