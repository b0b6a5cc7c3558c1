import { useSyncExternalStore } from 'react';

export interface UndoOffer {
  id: number;
  text: string;
  /** Where the offer is shown: over the composer, or as a toast. */
  place: 'composer' | 'toast';
  until: number;
  run(): Promise<unknown>;
}

const OFFER_MS = 10_000;

let offers: UndoOffer[] = [];
let count = 0;
const listeners = new Set<() => void>();

function change(next: UndoOffer[]): void {
  offers = next;
  for (const listener of listeners) listener();
}

/** Offers to take back what was just done, for ten seconds. */
export function offerUndo(offer: Pick<UndoOffer, 'text' | 'place' | 'run'>): UndoOffer {
  count += 1;
  const made: UndoOffer = { ...offer, id: count, until: Date.now() + OFFER_MS };
  change([...offers.filter((known) => known.place !== offer.place), made]);
  setTimeout(() => withdraw(made.id), OFFER_MS);
  return made;
}

function withdraw(id: number): void {
  if (offers.some((offer) => offer.id === id)) change(offers.filter((offer) => offer.id !== id));
}

/** Runs one offer, or the newest. Returns whether there was one. */
export function runUndo(id?: number): boolean {
  const offer = id === undefined ? offers.at(-1) : offers.find((known) => known.id === id);
  if (!offer) return false;
  withdraw(offer.id);
  void offer.run();
  return true;
}

export function useUndoOffer(place: UndoOffer['place']): UndoOffer | null {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offers,
  );
  return all.find((offer) => offer.place === place) ?? null;
}
