import { useSyncExternalStore } from 'react';

interface Announcement {
  id: number;
  text: string;
}

/** Sentences that come within one frame of each other must all be in the page to be heard. */
const KEPT = 6;

let latest: Announcement[] = [];
let count = 0;
const listeners = new Set<() => void>();

/** Says one short sentence to screen readers, once. */
export function announce(text: string): void {
  count += 1;
  latest = [...latest, { id: count, text }].slice(-KEPT);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The latest sentences, the newest last. */
export function useAnnouncements(): Announcement[] {
  return useSyncExternalStore(subscribe, () => latest);
}
