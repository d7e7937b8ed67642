import type { Page } from '@playwright/test';

import type { LedgerEntry, Sandbox } from '../fixtures/sandbox.ts';
import { expect, expectAccessible, open, signUp, test, until } from '../fixtures/test.ts';

const people = [
  ['Dewi', '0812-5550-0101', 'Solo', ''],
  ['Bagus', '0812-5550-0102', 'Solo', ''],
  ['Wulan', '0812-5550-0103', '', ''],
  ['Arif', '0812-5550-0104', 'Klaten', 'STOP'],
];

/** A picture of one pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** The page can be used: its stream is open, so everything on it is alive. */
async function isLive(page: Page): Promise<void> {
  await expect(page.getByTestId('connection')).toHaveText('Live');
}

async function addSandboxNumber(page: Page, label: string): Promise<void> {
  await page.goto('/numbers');
  await isLive(page);
  await page.getByRole('button', { name: 'Add a sandbox number' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a sandbox number' });
  await dialog.getByLabel('Name of the number').fill(label);
  await dialog.getByRole('button', { name: 'Add number' }).click();
  await expect(page.getByRole('article', { name: label }).getByText('Connected', { exact: true })).toBeVisible();
}

async function importPeople(page: Page, rows: string[][] = people): Promise<void> {
  const text = [['Nama', 'Nomor HP', 'Kota', 'Opt Out'], ...rows].map((row) => row.join(',')).join('\n');
  await page.goto('/contacts/import');
  const file = { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.getByLabel('CSV file').setInputFiles(file);
  await page.getByRole('button', { name: 'Upload and check' }).click();
  await page.getByRole('button', { name: /^Import [\d,]+ contacts?$/ }).click();
  await expect(page.getByRole('heading', { name: 'Import finished' })).toBeVisible();
}

/** Through the wizard to when it leaves. */
async function writeToSchedule(page: Page, name: string, message: string): Promise<void> {
  await page.goto('/campaigns/new');
  await isLive(page);
  await page.getByLabel('Campaign name').fill(name);
  await page.getByRole('button', { name: 'Next: message' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.getByRole('button', { name: 'Next: audience' }).click();
  await page.getByRole('radio', { name: /^customers\.csv/ }).check();
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await expect(page.getByRole('heading', { name: 'When does it leave?' })).toBeVisible();
}

/** Through the wizard to its last step. */
async function write(page: Page, name: string, message: string): Promise<void> {
  await writeToSchedule(page, name, message);
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByRole('heading', { name: 'Before it goes out' })).toBeVisible();
}

/** What the number has sent that sent the last message. */
async function sentLast(sandbox: Sandbox): Promise<LedgerEntry[]> {
  const all = await sandbox.ledger();
  return all.filter((entry) => entry.from === all.at(-1)?.from);
}

/** Starts it, and does not take it back: after five seconds its people have their places. */
async function start(page: Page, people: number): Promise<void> {
  await page.getByRole('button', { name: `Start, ${people} people` }).click();
  await expect(page.getByRole('region', { name: /in exactly one place$/ })).toBeVisible({ timeout: 30_000 });
}

/** Tomorrow at an hour in Jakarta, as a field for date and time has it. */
function tomorrowAt(hour: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(Date.now() + 24 * 3_600_000);
  return `${day}T${hour}`;
}

/** Another cap of new chats for the number whose page stands at this address. */
async function changeCap(page: Page, address: string, cap: string): Promise<void> {
  await page.goto(address);
  await isLive(page);
  await page.getByRole('button', { name: 'Change budget' }).click();
  const dialog = page.getByRole('dialog', { name: /^Budget of / });
  await dialog.getByLabel('New chats a day').fill(cap);
  await dialog.getByRole('button', { name: 'Save budget' }).click();
  await expect(dialog).toBeHidden();
}

function count(page: Page, place: string) {
  const ledger = page.getByRole('region', { name: /in exactly one place$/ });
  return ledger.locator('dl > div').filter({ has: page.getByText(place, { exact: true }) }).locator('dd');
}

test('a campaign is written, started, delivered and read', async ({ page, sapa }) => {
  await sapa.sandbox.setWorld({
    defaults: { deliver_ms: [20, 60], read_ms: [50, 200], read_probability: 1, reply_probability: 0 },
  });
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await write(page, 'November payday', '{Hello|Hi} {{nama | friend}}, see you in {{kota | town}}!');

  await expect(page.getByRole('region', { name: 'In numbers' })).toContainText('People3');
  await expect(page.getByRole('region', { name: '1 person will not get it' })).toBeVisible();
  const promised = (await page.getByTestId('preview-text').textContent())!;
  expect(promised).toMatch(/^(Hello|Hi) \w+, see you in \w+!$/);
  await expectAccessible(page);
  await start(page, 3);

  await expect(page.getByRole('heading', { name: 'November payday', level: 1 })).toBeVisible();
  await expect(page.getByRole('heading', { name: '3 people, each in exactly one place' })).toBeVisible();
  await expect(count(page, 'Read')).toHaveText('3', { timeout: 20_000 });
  await expect(page.getByText('Finished', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /^Dewi/ })).toContainText('Read');
  await expectAccessible(page);

  // Word for word what the review promised, and each person once.
  const sent = await sapa.sandbox.ledger();
  expect(sent.map((entry) => entry.text)).toContain(promised);
  expect(new Set(sent.map((entry) => entry.to)).size).toBe(3);
  expect(sent).toHaveLength(3);
});

test('the message is checked and shown as it is typed', async ({ page }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await page.goto('/campaigns/new');
  await isLive(page);
  await page.getByLabel('Campaign name').fill('Draft');
  await page.getByRole('button', { name: 'Next: message' }).click();
  const message = page.getByRole('textbox', { name: 'Message' });

  await message.fill('Hi {{nama');
  await expect(page.getByRole('alert').filter({ hasText: 'Character 4' })).toBeVisible();
  await expect(message).toHaveAttribute('aria-invalid', 'true');
  await message.fill('From ');
  await page.getByRole('button', { name: 'Insert variable Kota' }).click();
  await expect(message).toHaveValue('From {{Kota}}');
  await expect(page.getByText('Kota: empty for 1 of the 3 people sampled')).toBeVisible();
  await expectAccessible(page);
});

test('a message is tried on one phone before anybody else gets it', async ({ page, sapa }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await write(page, 'November payday', '{Hello|Hi} {{nama | friend}}!');
  const shown = (await page.getByTestId('preview-text').textContent())!;
  const phone = page.getByLabel('Try it on your own phone');
  await phone.fill('12');
  await phone.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Not a valid phone number.' })).toBeVisible();
  await expect(phone).toHaveValue('12');
  await phone.fill('0812 5550 0777');
  await phone.press('Enter');
  await expect(page.getByText('On its way.')).toBeVisible();
  await expectAccessible(page);
  // Somebody adds contacts elsewhere, so the review is drawn anew: what was typed and said stays.
  const elsewhere = await page.context().newPage();
  await importPeople(elsewhere, [['Sari', '0812-5550-0105', 'Solo', '']]);
  await elsewhere.close();
  await expect(phone).toHaveValue('0812 5550 0777');
  await page.getByRole('link', { name: 'See it in the inbox' }).click();
  await expect(page.getByRole('article', { name: /^Message to/ })).toContainText(shown);
  const sent = await until('it arrives', 10_000, async () => {
    const sent = await sentLast(sapa.sandbox);
    return sent.some((entry) => entry.text === shown) ? sent : undefined;
  });
  expect(sent.map((entry) => [entry.to, entry.text])).toEqual([['6281255500777', shown]]);
});

test('a picture goes with the message, and is shown before it is sent', async ({ page, sapa }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await page.goto('/campaigns/new');
  await isLive(page);
  await page.getByLabel('Campaign name').fill('Catalogue');
  await page.getByRole('button', { name: 'Next: message' }).click();
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('For {{nama}}');
  const attach = async (name: string, mimeType: string, buffer: Buffer) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach a file' }).press('Enter');
    await (await chooser).setFiles({ name, mimeType, buffer });
  };

  await attach('empty.pdf', 'application/pdf', Buffer.alloc(33 * 1024 * 1024));
  await expect(page.getByRole('alert').filter({ hasText: 'the limit is 33 MB' })).toBeVisible();
  const sound = Buffer.concat([Buffer.from('OggS\0\x02', 'latin1'), Buffer.alloc(22), Buffer.from('OpusHead'), Buffer.alloc(64)]);
  await attach('jingle.ogg', 'audio/ogg', sound);
  await expect(page.getByRole('alert').filter({ hasText: 'WhatsApp shows no text with sound.' })).toBeVisible();
  await attach('catalogue.png', 'image/png', picture);
  await expect(page.getByTestId('file')).toContainText('catalogue.png');
  await expect(page.getByRole('alert').filter({ hasText: 'WhatsApp shows no text with sound.' })).toHaveCount(0);
  await expect(message).toHaveValue('For {{nama}}');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Next: audience' }).click();
  await page.getByRole('radio', { name: /^customers\.csv/ }).check();
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByRole('heading', { name: 'Before it goes out' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Photo' })).toBeVisible();
  await expectAccessible(page);
  await start(page, 3);
  await expect(page.getByText('Finished', { exact: true }).first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('region', { name: 'About this campaign' }).getByRole('img', { name: 'Photo' })).toBeVisible();
  await expectAccessible(page);
  const sent = await sentLast(sapa.sandbox);
  expect(sent.map((entry) => [entry.kind, entry.text]).sort()).toEqual(
    ['Bagus', 'Dewi', 'Wulan'].map((name) => ['image', `For ${name}`]),
  );
});

test('a file is let go of again, and what was typed stays', async ({ page }) => {
  await signUp(page);
  await page.goto('/campaigns/new');
  await isLive(page);
  await page.getByLabel('Campaign name').fill('Catalogue');
  await page.getByRole('button', { name: 'Next: message' }).click();
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('First');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach a file' }).click();
  await (await chooser).setFiles({ name: 'prices.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 prices') });
  await expect(page.getByTestId('file')).toContainText('prices.pdf');
  await message.fill('Second');
  await page.getByRole('button', { name: 'Remove prices.pdf' }).press('Enter');
  await expect(page.getByTestId('file')).toHaveCount(0);
  await expect(message).toHaveValue('Second');
  await page.reload();
  await expect(message).toHaveValue('Second');
  await expect(page.getByTestId('file')).toHaveCount(0);
});

test('a campaign is paused, goes on, and is stopped after a question', async ({ page, sapa }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  const crowd = Array.from({ length: 40 }, (_, i) => [`Person ${i}`, `0812-5551-${String(1000 + i)}`, 'Solo', '']);
  await importPeople(page, crowd);
  // The network says "too fast": the queue is held, so the campaign stays open whatever the machine's speed.
  await sapa.sandbox.addFault({ kind: 'nack', code: 429 });
  await write(page, 'Slow', 'Hello');
  await start(page, 40);
  await expect(page.getByText('Waiting for its number.')).toBeVisible();
  await expect(page.getByText('Waiting', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('Paused. Nothing leaves until it is resumed.')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Stop this campaign?' });
  await expect(question).toContainText('will never get this message');
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await question.getByRole('button', { name: 'Stop campaign' }).click();
  await expect(question).toBeHidden();
  await expect(page.getByText('Stopped', { exact: true }).first()).toBeVisible();
  await sapa.sandbox.clearFaults();

  // Those whom it did not reach are the audience of the next one.
  await page.getByRole('button', { name: 'Write to those not reached' }).click();
  await expect(page.getByLabel('Campaign name')).toHaveValue('Slow (2)');
  await page.getByRole('button', { name: 'Next: message' }).click();
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Hello');
  await page.getByRole('button', { name: 'Next: audience' }).click();
  await expect(page.getByRole('radio', { name: /^Not reached: Slow/ })).toBeChecked();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByRole('button', { name: /^Start, \d+ people$/ })).toBeEnabled();
});

test('what happens while the page is on its way is not missed', async ({ page, sapa }) => {
  await sapa.sandbox.setWorld({ defaults: { deliver_ms: [20, 60], read_ms: [20, 60], read_probability: 1 } });
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await write(page, 'Quick', 'Hello {{nama}}');
  // The first answer is old when it arrives: by then everybody has read the message, and every event has been sent.
  let held = false;
  await page.route(
    '**/campaign/api/open_campaign*',
    async (route) => {
      const old = await route.fetch();
      await until('everybody has read it', 20_000, async () => {
        const now = await (await route.fetch()).json();
        return now.campaign.totals.read === 3 || undefined;
      });
      held = true;
      await route.fulfill({ response: old });
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Start, 3 people' }).click();
  await expect(count(page, 'Read')).toHaveText('3', { timeout: 30_000 });
  expect(held).toBe(true);
});

test.describe('while the server does not answer', () => {
  // The browser writes a lost request into its console.
  test.use({ pageProblems: 'allowed' });

  test('the campaign page keeps what it shows', async ({ page, sapa }) => {
    await sapa.sandbox.setWorld({ defaults: { deliver_ms: [20, 60], read_ms: [20, 60], read_probability: 1 } });
    await signUp(page);
    await addSandboxNumber(page, 'Promo 1');
    await importPeople(page);
    await write(page, 'Kept', 'Hello {{nama}}');
    await start(page, 3);
    await expect(count(page, 'Read')).toHaveText('3');
    const heading = page.getByRole('heading', { name: 'Kept', level: 1 });
    await heading.evaluate((element) => (element.dataset['kept'] = 'yes'));
    let lost = false;
    await page.route(
      '**/campaign/api/open_campaign*',
      async (route) => {
        await route.abort();
        lost = true;
      },
      { times: 1 },
    );

    const sent = await sapa.sandbox.ledger();
    const [first, second] = sent.filter((entry) => entry.from === sent.at(-1)?.from);
    await sapa.sandbox.writes(first!.to, first!.from, 'How much?');
    await until('an answer was lost', 20_000, async () => lost || undefined);
    await sapa.sandbox.writes(second!.to, second!.from, 'How much?');
    await expect(count(page, 'Replied')).toHaveText('2');
    await expect(heading).toHaveAttribute('data-kept', 'yes');
  });
});

test('every step of a draft wakes up, whichever answer came first', async ({ page }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await write(page, 'November payday', 'Hello {{nama | friend}}!');
  const draft = page.url().replace(/\?.*/, '');

  // The order of the answers differs from one load to the next; a page that reads the wrong one says so in the console.
  for (const [step, heading] of [
    ['number', 'Promo 1'],
    ['message', 'Message'],
    ['audience', 'customers.csv'],
    ['schedule', 'When does it leave?'],
    ['review', 'Before it goes out'],
  ] as const) {
    for (let load = 0; load < 4; load += 1) {
      await open(page, `${draft}?step=${step}`);
      await expect(page.getByText(heading).first()).toBeVisible();
    }
  }
});

test('a budget is promised before the start, kept, and can be raised', async ({ page }) => {
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  const number = await page.request.get('/numbers').then((answer) => answer.text());
  const address = /href="(\/numbers\/[0-9a-f-]{36})"/.exec(number)?.[1] ?? '';
  await changeCap(page, address, '1');
  await write(page, 'Careful', 'Halo {{nama}}');
  await expect(page.getByText(/^1 of 3 can leave today/)).toBeVisible();
  await expectAccessible(page);
  await start(page, 3);

  await expect(page.getByText("Today's budget of new chats is used up").first()).toBeVisible({ timeout: 20_000 });
  await expect(count(page, 'Queued')).toHaveText('2');
  const campaign = page.url();
  await changeCap(page, address, '50');
  await page.goto(campaign);
  await expect(page.getByText('Finished', { exact: true }).first()).toBeVisible({ timeout: 20_000 });
});

test.describe('on a network with a quota of new chats', () => {
  test.beforeEach(({ sapa }) => sapa.sandbox.setWorld({ policy: { new_chats_per_day: 2 } }));
  test.afterEach(({ sapa }) => sapa.sandbox.setWorld({ policy: {} }));

  test('nobody is refused: what the network allows is promised, kept and shown', async ({ page, sapa }) => {
    await signUp(page);
    await addSandboxNumber(page, 'Promo 1');
    await page.getByRole('link', { name: 'Details of Promo 1' }).click();
    await expect(page.getByTestId('network-quota')).toContainText('0 of 2');
    const number = page.url();
    const phone = /\+62 [\d-]+/.exec((await page.getByRole('main').textContent()) ?? '')?.[0].replace(/\D/g, '');
    await importPeople(page);
    await write(page, 'Careful', 'Halo {{nama}}');
    // The network counts by days of UTC, so the third leaves at 07:00 in Jakarta: today or tomorrow.
    await expect(page.getByText(/can leave today.* 07:00\.$/)).toBeVisible();
    await start(page, 3);
    await expect(count(page, 'Queued')).toHaveText('1', { timeout: 20_000 });

    await page.goto(number);
    await expect(page.getByTestId('network-quota')).toContainText('2 of 2');
    await expect(page.getByText(/^WhatsApp's quota of new chats is used up until/)).toBeVisible();
    await expectAccessible(page);
    const { accepted, nacked } = await sapa.sandbox.summary(phone);
    expect({ accepted, nacked }).toEqual({ accepted: 2, nacked: 0 });
  });
});

test('what is scheduled can be taken back, changed and started', async ({ page, sapa }) => {
  await sapa.sandbox.setWorld({ defaults: { deliver_ms: [20, 60], read_ms: [20, 60], read_probability: 1 } });
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await writeToSchedule(page, 'Too soon', 'Hello {{nama}}');
  await page.getByRole('radio', { name: /^At a time/ }).check();
  await page.getByLabel('Starts', { exact: true }).fill(tomorrowAt('09:00'));
  await page.getByRole('button', { name: 'Next: review' }).click();
  await page.getByRole('button', { name: 'Schedule, 3 people' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByRole('heading', { name: 'Before it goes out' })).toBeVisible();
  for (const step of ['Schedule', 'Audience', 'Message']) {
    await page.getByRole('link', { name: `Back: ${step}` }).click();
  }
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello again {{nama}}');
  await page.getByRole('button', { name: 'Next: audience' }).click();
  await page.getByRole('button', { name: 'Next: schedule' }).click();
  await page.getByRole('radio', { name: /^Right away/ }).check();
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByText('You have 5 seconds to take it back after pressing Start.')).toBeAttached();
  await start(page, 3);
  await expect(count(page, 'Read')).toHaveText('3', { timeout: 20_000 });
  // Nothing of what was taken back.
  const sent = await sentLast(sapa.sandbox);
  expect(sent.map((entry) => entry.text?.startsWith('Hello again'))).toEqual([true, true, true]);
});

test('a campaign waits for its time, by keyboard, and is started before it', async ({ page, sapa }) => {
  await sapa.sandbox.setWorld({ defaults: { deliver_ms: [20, 60], read_ms: [20, 60], read_probability: 1 } });
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await writeToSchedule(page, 'Morning', 'Hello {{nama}}');
  const says = page.getByRole('status').filter({ hasText: /Starts|ends|end after|over/ });
  await expect(says).toContainText('Starts when you press Start');
  await expect(page.getByLabel('Starts', { exact: true })).toBeHidden();
  await page.getByRole('radio', { name: /^Right away/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: /^At a time/ })).toBeChecked();
  await page.getByLabel('Starts', { exact: true }).fill('2020-01-01T09:00');
  await expect(says).toContainText('That time is over.');
  await page.getByLabel('Starts', { exact: true }).fill(tomorrowAt('09:00'));
  await expect(says).toContainText('Starts tomorrow 09:00');
  await page.getByLabel('Not after (optional)').fill(tomorrowAt('08:00'));
  await expect(says).toContainText('It has to end after it starts.');
  await page.getByLabel('Not after (optional)').fill(tomorrowAt('20:00'));
  await expect(says).toContainText('Until tomorrow 20:00.');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Next: review' }).press('Enter');
  const card = page.getByRole('region', { name: 'Schedule' });
  await expect(card).toContainText('Tomorrow 09:00');
  await expect(card).toContainText('Tomorrow 20:00');
  await expect(page.getByText(/^Starts tomorrow 09:00; at the pace/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Schedule, 3 people' }).press('Enter');

  await expect(page.getByText('Starts by itself tomorrow 09:00.')).toBeVisible();
  await expectAccessible(page);
  const campaign = page.url();
  await page.goto('/campaigns');
  await expect(page.getByRole('row', { name: /Morning/ })).toContainText('Scheduled');
  await page.goto(campaign);
  await isLive(page);
  await page.getByRole('button', { name: 'Start now' }).press('Enter');
  await expect(count(page, 'Read')).toHaveText('3', { timeout: 20_000 });
  expect(await sentLast(sapa.sandbox)).toHaveLength(3);
});

test('without JavaScript the campaign page has the same numbers', async ({ page, sapa, browser }) => {
  await sapa.sandbox.setWorld({ defaults: { deliver_ms: [20, 60], read_ms: [20, 60], read_probability: 1 } });
  await signUp(page);
  await addSandboxNumber(page, 'Promo 1');
  await importPeople(page);
  await write(page, 'Plain', 'Hello {{nama}}');
  await start(page, 3);
  await expect(count(page, 'Read')).toHaveText('3', { timeout: 20_000 });

  const state = await page.context().storageState();
  const plain = await (await browser.newContext({ javaScriptEnabled: false, storageState: state, locale: 'en-US' })).newPage();
  await until('the page says so without JavaScript', 10_000, async () => {
    await plain.goto(page.url());
    return (await count(plain, 'Read').textContent()) === '3' || undefined;
  });
  await expect(plain.getByRole('region', { name: /^Messages since the start/ }).getByRole('table')).toBeVisible();
  await plain.context().close();
});

test('without JavaScript a file goes with the message, and what is typed stays', async ({ page, browser }) => {
  await signUp(page);
  await page.goto('/campaigns/new');
  await isLive(page);
  await page.getByLabel('Campaign name').fill('Catalogue');
  await page.getByRole('button', { name: 'Next: message' }).click();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  const state = await page.context().storageState();
  const plain = await (await browser.newContext({ javaScriptEnabled: false, storageState: state, locale: 'en-US' })).newPage();
  await plain.goto(page.url());
  const message = plain.getByRole('textbox', { name: 'Message' });
  await message.fill('Our prices');
  const file = { name: 'prices.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 prices') };
  await plain.getByLabel('File', { exact: true }).setInputFiles(file);
  await plain.getByRole('button', { name: 'Attach a file' }).click();
  await expect(plain.getByTestId('file')).toContainText('prices.pdf');
  await expect(message).toHaveValue('Our prices');
  await message.fill('Other prices');
  await plain.getByRole('button', { name: 'Remove prices.pdf' }).click();
  await expect(plain.getByTestId('file')).toHaveCount(0);
  await expect(message).toHaveValue('Other prices');
  await plain.context().close();
});
