import type { Page } from '@playwright/test';

import { answer, connectedNumber, isLive, row, somePhone, thread } from '../fixtures/inbox.ts';
import { expect, expectAccessible, signUp, test } from '../fixtures/test.ts';

interface Rule {
  name: string;
  keywords: string;
  answer: string;
}

async function addRule(page: Page, rule: Rule): Promise<void> {
  await page.getByRole('button', { name: 'New rule' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('Name of the rule').fill(rule.name);
  await dialog.getByLabel('Keywords').fill(rule.keywords);
  await dialog.getByLabel('Answer', { exact: true }).fill(rule.answer);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(ruleRow(page, rule.name)).toBeVisible();
}

function ruleRow(page: Page, name: string) {
  return page.getByRole('main').getByRole('listitem').filter({ hasText: name });
}

const harga: Rule = { name: 'Harga', keywords: 'harga, berapa', answer: 'Mulai 150 ribu, {{name|Kak}}.' };

test('the bot answers once, and is silent after the agent wrote', async ({ page, sapa }) => {
  await signUp(page);
  const number = await connectedNumber(page, 'CS Solo');
  await page.goto('/chatbot');
  await isLive(page);
  await expect(page.getByRole('heading', { name: 'No rules yet' })).toBeVisible();
  await addRule(page, harga);

  const dewi = somePhone();
  await sapa.sandbox.setPerson(dewi, { name: 'Dewi' });
  await sapa.sandbox.writes(dewi, number, 'Harga kemejanya?');
  await page.goto('/inbox');
  await isLive(page);
  await row(page, 'Dewi').click();
  const byBot = thread(page).getByRole('article').filter({ hasText: 'Bot, rule “Harga”' });
  await expect(byBot).toHaveCount(1);
  await expect(byBot).toContainText('Mulai 150 ribu, Dewi.');
  await expect(byBot.getByRole('img', { name: 'Read' })).toBeVisible();
  await expect(page.getByText('Bot answers')).toBeVisible();

  await answer(page, 'Dengan Rani, ada yang bisa dibantu?');
  await expect(page.getByText('Bot is silent')).toBeVisible();
  await sapa.sandbox.writes(dewi, number, 'Kalau grosir harganya berapa?');
  await expect(thread(page).getByText('Kalau grosir harganya berapa?')).toBeVisible();
  await page.getByRole('button', { name: 'Hand back to the bot' }).click();
  await expect(page.getByText('Bot answers')).toBeVisible();
  await sapa.sandbox.writes(dewi, number, 'Harga?');
  // The one in between stays unanswered: a person had it.
  await expect(byBot).toHaveCount(2);
  await expect(thread(page).getByRole('article').last()).toContainText('Bot, rule “Harga”');

  await page.goto('/chatbot');
  await expect(ruleRow(page, 'Harga')).toContainText('Answered 2 times');
});

test('rules are tried, moved, switched and deleted', async ({ page }) => {
  await signUp(page);
  await page.goto('/chatbot');
  await isLive(page);
  await addRule(page, harga);
  await addRule(page, { name: 'Grosir', keywords: 'grosir', answer: '{Halo|Halo} Kak, minimal 12 potong.' });

  const tryIt = page.getByRole('region', { name: 'Try it' });
  await tryIt.getByLabel('Write as a customer').fill('Harga grosir berapa?');
  await expect(tryIt.getByRole('status')).toContainText('Mulai 150 ribu, Kak.');
  await expect(tryIt.getByRole('status')).toContainText('Rule “Harga” answers');

  await page.getByRole('button', { name: 'Move Grosir up' }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(tryIt.getByRole('status')).toContainText('minimal 12 potong');
  await expect(page.getByRole('button', { name: 'Move Grosir up' })).toBeFocused();
  await page.getByRole('switch', { name: 'Grosir' }).uncheck();
  await expect(tryIt.getByRole('status')).toContainText('Rule “Harga” answers');
  await tryIt.getByLabel('Write as a customer').fill('Jam buka?');
  await expect(tryIt.getByRole('status')).toContainText('No rule that is on matches');
  await expectAccessible(page);

  await page.getByLabel('More for Harga').click();
  await page.getByRole('button', { name: 'Delete' }).click();
  const confirm = page.getByRole('dialog', { name: 'Delete the rule “Harga”?' });
  await expect(confirm.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await confirm.getByRole('button', { name: 'Delete' }).click();
  await expect(ruleRow(page, 'Harga')).toBeHidden();
  await page.reload();
  await expect(ruleRow(page, 'Grosir')).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Grosir' })).not.toBeChecked();
});

test('a mistake in the answer is shown while it is typed', async ({ page }) => {
  await signUp(page);
  await page.goto('/chatbot');
  await isLive(page);
  await page.getByRole('button', { name: 'New rule' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('Answer', { exact: true }).fill('Halo {{name');
  await expect(dialog.getByText('Character 6: {{ is not closed with }}.')).toBeVisible();
  await dialog.getByLabel('Answer', { exact: true }).fill('Halo *{{name|Kak}}* dari {{kota}}');
  await expect(dialog.getByRole('region', { name: 'Preview' })).toContainText('Halo Kak dari {{kota}}');
  await expect(dialog.getByText('Empty when the contact has none: kota.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('This is required.').first()).toBeVisible();
  await expect(dialog.getByLabel('Answer', { exact: true })).toHaveValue('Halo *{{name|Kak}}* dari {{kota}}');
});
