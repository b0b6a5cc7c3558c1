// Records the four clicks from the running product into docs/images: a film (WebM, and GIF where
// ImageMagick is there) and pictures of ranked answers. Needs QUORUM_BIN and a built page:
//   QUORUM_BIN=../target/release/quorum node scripts/record-walk.mjs
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { filmOf } from './walk/film.mjs';
import { walk } from './walk/steps.mjs';

const images = resolve(import.meta.dirname, '../../docs/images');
const port = Number(process.env.QUORUM_PORT ?? 18_473);
const home = `http://127.0.0.1:${port}`;
const LIMIT = 3_000_000;
const SIZE = { width: 1280, height: 900 };

async function startQuorum(folder) {
  const bin = process.env.QUORUM_BIN;
  if (!bin) throw new Error('Set QUORUM_BIN to the binary.');
  const server = spawn(bin, ['--data-dir', folder, '--port', String(port)], { stdio: 'ignore' });
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const ready = await fetch(`${home}/health/ready`).catch(() => null);
    if (ready?.ok) return server;
    await new Promise((done) => setTimeout(done, 100));
  }
  server.kill('SIGTERM');
  throw new Error(`${home} did not become ready within 30 s`);
}

async function signedIn(browser, options) {
  const context = await browser.newContext({ baseURL: home, locale: 'en-GB', ...options });
  const account = { email: 'ada@example.com', password: 'correct horse battery' };
  const made = await context.request.post('/api/v1/auth/register', { data: { name: 'Ada', ...account } });
  if (!made.ok()) await context.request.post('/api/v1/auth/login', { data: account });
  return context.newPage();
}

async function recordFilm(browser) {
  const page = await signedIn(browser, { viewport: SIZE });
  const screen = await page.context().newCDPSession(page);
  const frames = [];
  screen.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ data, at: metadata.timestamp });
    void screen.send('Page.screencastFrameAck', { sessionId });
  });
  await page.goto('/');
  await screen.send('Page.startScreencast', { format: 'jpeg', quality: 92, everyNthFrame: 1 });
  await walk(page);
  await screen.send('Page.stopScreencast');
  await page.context().close();
  return frames;
}

async function takePictures(browser, address) {
  const views = [
    ['ranked-light', { viewport: { width: 1280, height: 940 }, colorScheme: 'light' }],
    ['ranked-dark', { viewport: { width: 1280, height: 940 }, colorScheme: 'dark' }],
    ['ranked-phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ];
  for (const [name, options] of views) {
    const page = await signedIn(browser, options);
    await page.goto(address);
    await page.getByTestId('agreement').waitFor();
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(images, `${name}.png`) });
    await page.context().close();
  }
}

/** A conversation whose only turn is ranked, for the pictures. */
async function rankedConversation(browser) {
  const page = await signedIn(browser, { viewport: SIZE });
  await page.goto('/');
  await page.getByTestId('sample-question').first().click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText(/ranked by \d+ of/).waitFor({ timeout: 60_000 });
  const { pathname } = new URL(page.url());
  await page.context().close();
  return pathname;
}

function report(name) {
  const { size } = statSync(join(images, name));
  process.stdout.write(`${name}: ${Math.round(size / 1024)} KB\n`);
  if (size > LIMIT) throw new Error(`${name} is larger than 3 MB`);
}

function makeGif(folder, frames) {
  frames.forEach(({ data }, index) => {
    writeFileSync(join(folder, `${String(index).padStart(5, '0')}.jpg`), Buffer.from(data, 'base64'));
  });
  const delays = frames.flatMap(({ at }, index) => {
    const next = frames[index + 1]?.at ?? at + 2;
    const name = `${String(index).padStart(5, '0')}.jpg`;
    return ['-delay', String(Math.max(2, Math.round((next - at) * 100))), join(folder, name)];
  });
  const target = join(images, 'four-clicks.gif');
  const look = ['-resize', '800x', '-dither', 'none', '-colors', '64', '-layers', 'optimize', '-loop', '0'];
  const made = spawnSync('convert', [...delays, ...look, target], { stdio: 'inherit' });
  return made.status === 0;
}

/** Frames that are too close to each other are left out, so that the film stays small. */
function thinned(frames, apart) {
  let last = Number.NEGATIVE_INFINITY;
  return frames.filter(({ at }, index) => {
    if (at - last < apart && index < frames.length - 1) return false;
    last = at;
    return true;
  });
}

const folder = mkdtempSync(join(tmpdir(), 'quorum-walk-'));
mkdirSync(images, { recursive: true });
const server = await startQuorum(join(folder, 'data'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const frames = await recordFilm(browser);
  writeFileSync(join(images, 'four-clicks.webm'), await filmOf(browser, thinned(frames, 0.04), SIZE));
  report('four-clicks.webm');
  if (makeGif(folder, thinned(frames, 0.2))) report('four-clicks.gif');
  await takePictures(browser, await rankedConversation(browser));
  for (const name of ['ranked-light.png', 'ranked-dark.png', 'ranked-phone.png']) report(name);
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
