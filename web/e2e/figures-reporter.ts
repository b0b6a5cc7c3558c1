import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Prints the annotations of benchmarks as a table in Markdown. */
export default class FiguresReporter implements Reporter {
  onBegin(): void {
    console.log('### The page (Chromium, 1280 px)\n\n| | measured | to reach |\n|---|---|---|');
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== 'passed') console.error(`${test.title}: ${result.error?.message ?? result.status}`);
    for (const { type, description } of result.annotations) console.log(`| ${type} | ${description} |`);
  }

  onEnd(): void {
    console.log('');
  }

  printsToStdio(): boolean {
    return true;
  }
}
