import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** Figures of the page, printed and not asserted. */
export default defineConfig({
  ...base,
  testMatch: /.*\.bench\.ts/,
  retries: 0,
  timeout: 600_000,
  reporter: [['./e2e/figures-reporter.ts']],
  projects: (base.projects ?? []).slice(0, 1),
});
