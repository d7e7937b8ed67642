import { expect, expectAccessible, expectAriaSnapshot, indonesian, open, signIn, signOut, signUp, signUpOperator, test } from '../fixtures/test.ts';
import { pages } from '../pages.ts';

// That no page writes an error to the console or asks another machine for anything is watched in every test: see
// fixtures/watch.ts.

for (const { name, path, signedIn, operator } of pages) {
  test(`${name} opens, titled and accessible, as a screen reader is told it`, async ({ page, sapa }) => {
    if (operator) await signUpOperator(page, sapa);
    else if (signedIn) await signUp(page);
    const response = await open(page, path);

    expect(response?.status()).toBe(200);
    await expect(page).toHaveTitle(/\S/);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await expectAriaSnapshot(page, name);
  });
}

for (const { name, path } of pages.filter(({ signedIn }) => signedIn)) {
  test(`${name} asks a stranger to sign in`, async ({ page }) => {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  });
}

test('a person comes back after signing out', async ({ page }) => {
  const person = await signUp(page);
  await signOut(page);
  await signIn(page, person);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a page wakes up with the answers it came with, and asks nothing again', async ({ page, sapa }) => {
  // Held, not refused: what happens elsewhere would be a reason to ask.
  await page.route('**/events', () => {});
  await signUpOperator(page, sapa);
  // A page of its own, not the one that the browser went on to from the form.
  await open(page, '/');
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/app/')) asked.push(pathname);
  });
  for (const { path } of pages.filter(({ signedIn }) => signedIn)) {
    await open(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  expect(asked).toEqual([]);
});

test.describe('in Indonesian', () => {
  test.use(indonesian);

  test('the page says that it is Indonesian', async ({ page }) => {
    await page.goto('/sign-in');
    await expect(page.locator('html')).toHaveAttribute('lang', 'id');
    await expect(page.getByRole('main').getByRole('button', { name: 'Masuk', exact: true })).toBeVisible();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a person can sign up and sees every page', async ({ page, sapa }) => {
    await signUpOperator(page, sapa);
    for (const { path } of pages.filter(({ signedIn }) => signedIn)) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    }
  });

  test('a refused form comes back with what was typed, but the password', async ({ page }) => {
    await page.goto('/sign-up');
    await page.getByLabel('Your name').fill('Sari');
    await page.getByLabel('Name of your business').fill('Toko “Sari” & anak');
    await page.getByLabel('E-mail').fill('sari@example.com');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('main').getByRole('button', { name: 'Create workspace' }).click();
    await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('Your name')).toHaveValue('Sari');
    await expect(page.getByLabel('Name of your business')).toHaveValue('Toko “Sari” & anak');
    await expect(page.getByLabel('E-mail')).toHaveValue('sari@example.com');
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  });
});
