import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { startLanguage } from '@/i18n';
import { FakeSocket } from './fake-socket';
import { resetWorld, server } from './server';

// The first look of a file also waits for its screen to be read and compiled, on however busy a machine.
configure({ asyncUtilTimeout: 45_000 });

class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

// jsdom draws nothing, so what depends on drawing stands still here.
vi.stubGlobal('ResizeObserver', NoObserver);
vi.stubGlobal('IntersectionObserver', NoObserver);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: query.includes('pointer: fine'),
  media: query,
  addEventListener() {},
  removeEventListener() {},
}));
window.matchMedia = globalThis.matchMedia;
Blob.prototype.text = function text(this: Blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsText(this);
  });
};
Blob.prototype.arrayBuffer = function arrayBuffer(this: Blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(this);
  });
};
Element.prototype.scrollIntoView = () => {};
Element.prototype.hasPointerCapture = () => false;
Element.prototype.setPointerCapture = () => {};
Element.prototype.releasePointerCapture = () => {};

beforeAll(async () => {
  server.listen({ onUnhandledRequest: 'error' });
  await startLanguage();
});
beforeEach(() => {
  resetWorld();
  FakeSocket.all = [];
  // The pretended server brings its own WebSocket, which these tests do not want.
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  document.title = '';
});
afterAll(() => server.close());
