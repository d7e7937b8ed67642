import { join } from 'node:path';

import { open, signUpOperator, test } from '../fixtures/test.ts';
import { pages } from '../pages.ts';

const folder = process.env['SAPA_SCREENSHOTS'] ?? 'screenshots';
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const languages = { id: 'id-ID', en: 'en-US' };

// screenshots/<page>.<width>.<theme>.<language>.png
for (const [language, locale] of Object.entries(languages)) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${language}, ${theme}`, () => {
      test.use({ locale, colorScheme: theme });

      test('every page', async ({ page, anotherPage, sapa }) => {
        test.setTimeout(5 * 60_000);
        const stranger = await anotherPage();
        await signUpOperator(page, sapa);
        for (const { name, path, signedIn } of pages) {
          const shown = signedIn ? page : stranger;
          for (const size of Object.values(sizes)) {
            await shown.setViewportSize(size);
            await open(shown, path);
            await shown.evaluate(() => document.fonts.ready);
            const file = `${name}.${size.width}.${theme}.${language}.png`;
            await shown.screenshot({ path: join(folder, file), animations: 'disabled', fullPage: true });
          }
        }
      });
    });
  }
}
