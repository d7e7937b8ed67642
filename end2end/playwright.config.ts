import { defineConfig, devices } from '@playwright/test';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const desktop = { viewport: { width: 1440, height: 900 } };

export default defineConfig({
  outputDir: './test-results',
  // One at a time: every worker has its own server and simulated network, and two of them would share two cores.
  workers: 1,
  // A test that passes at the second attempt has found something.
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['html', { open: 'never', outputFolder: './playwright-report' }]],
  snapshotPathTemplate: '{testDir}/{testFileName}-snapshots/{projectName}/{arg}{ext}',
  use: {
    ...devices['Desktop Chrome'],
    locale: 'en-US',
    timezoneId: 'Asia/Jakarta',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--headless',
        // The browser of the tests opens nothing but our own pages; containers rarely allow it a sandbox.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    ...(process.env['SAPA_SCREENSHOTS']
      ? [{ name: 'screenshots', testDir: './screenshots', use: desktop }]
      : [
          { name: 'desktop', testDir: './tests', use: desktop },
          { name: 'phone', testDir: './tests', use: phone, grepInvert: /@desktop/ },
        ]),
  ],
});
