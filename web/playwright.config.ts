import { defineConfig } from '@playwright/test';

const chromium = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Runs against a real server: QUORUM_URL, or one that is started from QUORUM_BIN. */
export default defineConfig({
  testDir: './e2e',
  globalSetup: './e2e/global-setup.ts',
  outputDir: './test-results',
  workers: 1,
  fullyParallel: false,
  retries: 2,
  // A busy machine must not fail a test that would pass a moment later.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 20_000,
    launchOptions: chromium,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    colorScheme: 'light',
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
  },
  projects: [
    { name: 'wide', use: { viewport: { width: 1280, height: 860 } } },
    {
      name: 'phone',
      // What a hostile answer can do does not depend on the width (links-and-pictures has what does), and a phone has no large screen.
      testIgnore: /hostile|large-screen/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
});
