import type { Locator, Page } from '@playwright/test';

import { codeToType } from '../fixtures/number.ts';
import { expect, open, signUp, test } from '../fixtures/test.ts';

/** Goes from control to control until this one has the focus, as somebody does who has no mouse. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: 20_000 });
  for (let steps = 0; steps < 80; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} is not reached by Tab`);
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.type(text);
}

test.describe('with the keyboard alone', () => {
  // A browser writes every answer that is not a success to its console.
  test.use({ pageProblems: 'allowed' });

  test('a number is linked after its codes ran out, lost, linked again by a code, banned, and back', { tag: '@desktop' }, async ({ page, sapa }) => {
    await signUp(page);
    await open(page, '/');
    const state = page.getByTestId('state');
    await press(page, page.getByRole('navigation').getByRole('link', { name: 'Numbers' }).first());
    await press(page, page.getByRole('link', { name: 'Link with QR' }).first());
    // The first codes run out before anybody scans one.
    await sapa.sandbox.addFault({ kind: 'codes_expired', count: 1 });
    // The arrow keys choose among the networks.
    await tabTo(page, page.getByRole('radio', { checked: true }));
    const sandbox = page.getByRole('radio', { name: /^Sandbox/ });
    for (let steps = 0; steps < 2 && !(await sandbox.isChecked()); steps++) await page.keyboard.press('ArrowDown');
    await expect(sandbox).toBeChecked();
    await type(page, page.getByLabel('Name of the number'), 'Toko');
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('button', { name: 'Get a new code' }));
    await expect(page.getByRole('img', { name: 'QR code for Linked devices in WhatsApp' })).toBeVisible();
    await press(page, page.getByRole('button', { name: 'Scan with the sandbox phone' }));
    await press(page, page.getByRole('link', { name: 'See this number' }));
    await expect(state).toHaveText('Connected');
    const phone = ((await page.getByText(/^\+62 \d/).first().textContent()) ?? '').replace(/\D/g, '');

    // The phone removes the device; the way back leads over a code, at first a wrong one.
    const [device] = (await sapa.sandbox.account(phone)).devices;
    await sapa.sandbox.unlink(phone, device?.id ?? 0);
    await expect(state).toHaveText('Logged out');
    await press(page, page.getByRole('link', { name: 'Link again' }));
    await press(page, page.getByRole('button', { name: 'Get a new code' }));
    await press(page, page.getByRole('link', { name: 'Pairing code' }));
    await type(page, page.getByLabel('Number of the phone'), `+${phone}`);
    await page.keyboard.press('Enter');
    const first = await codeToType(page);
    await type(page, page.getByLabel('Code on the sandbox phone'), 'WRNGC0DE');
    await page.keyboard.press('Enter');
    await expect(page.getByText('This code is wrong. Type the new one, exactly as shown.')).toBeVisible();
    const second = await codeToType(page, first);
    const typed = page.getByLabel('Code on the sandbox phone');
    await tabTo(page, typed);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(second);
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('link', { name: 'See this number' }));
    await expect(state).toHaveText('Connected');

    // A ban ends; whoever does not want to wait leaves and links again.
    await sapa.sandbox.addFault({ kind: 'temporary_ban', account: phone, count: 1 });
    await expect(state).toHaveText('Banned');
    await press(page, page.getByRole('button', { name: 'Log out', exact: true }));
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Log out' }));
    await expect(state).toHaveText('Logged out');
    await press(page, page.getByRole('link', { name: 'Link again' }));
    await press(page, page.getByRole('button', { name: 'Get a new code' }));
    await expect(page.getByRole('img', { name: 'QR code for Linked devices in WhatsApp' })).toBeVisible();
    await press(page, page.getByRole('button', { name: 'Scan with the sandbox phone' }));
    await expect(page.getByRole('heading', { name: 'Toko is connected' })).toBeVisible({ timeout: 20_000 });
  });
});
