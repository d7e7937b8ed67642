import { isLive } from '../fixtures/inbox.ts';
import { expect, signIn, signUp, test } from '../fixtures/test.ts';

// The browser writes every lost connection into its console.
test.use({ pageProblems: 'allowed' });

test('the server dies and comes back: the page says so, recovers by itself, and shows what it missed', async ({
  page,
  anotherPage,
  sapa,
}) => {
  const person = await signUp(page);
  await page.goto('/chatbot');
  await isLive(page);
  await page.evaluate(() => (document.documentElement.dataset['kept'] = 'yes'));

  await sapa.kill9();
  await expect(page.getByTestId('connection')).toHaveText(/^Reconnecting, try \d/);
  await sapa.start();
  // Somebody else works while this page still waits for its next try.
  const other = await anotherPage();
  await other.goto(`${sapa.url}/sign-in`);
  await signIn(other, person);
  await other.goto('/chatbot');
  await isLive(other);
  await other.getByRole('button', { name: 'New rule' }).first().click();
  const dialog = other.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('Name of the rule').fill('Opening hours');
  await dialog.getByLabel('Keywords').fill('jam buka');
  await dialog.getByLabel('Answer', { exact: true }).fill('Kami buka jam 9.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  await isLive(page);
  await expect(page.getByText('Opening hours')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-kept', 'yes');
});

test('Ctrl-C ends the server within two seconds though pages are open', async ({ page, sapa }) => {
  await signUp(page);
  await page.goto('/inbox');
  await isLive(page);
  const began = Date.now();
  await sapa.stop();
  expect(Date.now() - began).toBeLessThan(2_000);
  await sapa.start();
  await isLive(page);
});
