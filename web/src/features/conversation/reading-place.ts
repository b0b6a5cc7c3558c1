/** Where a reader was in a thread: the turn that is read, and how far it is scrolled past. */
export interface ReadingPlace {
  turn: string;
  offset: number;
}

const key = (conversationId: string) => `quorum.place.${conversationId}`;

/** Remembers the place for a reload of this tab; null when the reader is at the end. */
export function keepPlace(conversationId: string, place: ReadingPlace | null): void {
  try {
    if (place) sessionStorage.setItem(key(conversationId), JSON.stringify(place));
    else sessionStorage.removeItem(key(conversationId));
  } catch {
    // Without storage a reload opens the thread at its end.
  }
}

/** The place from before a reload; any other way here starts at the end. */
export function placeBeforeReload(conversationId: string): ReadingPlace | null {
  const [entry] = performance.getEntriesByType?.('navigation') ?? [];
  if ((entry as PerformanceNavigationTiming | undefined)?.type !== 'reload') return null;
  try {
    const place = JSON.parse(sessionStorage.getItem(key(conversationId)) ?? 'null') as ReadingPlace | null;
    sessionStorage.removeItem(key(conversationId));
    return place;
  } catch {
    return null;
  }
}

/**
 * The turn that is read: the one that begins in the upper half of the view, as answers further up may
 * have another height after a reload; else the one that fills the top.
 */
export function currentPlace(scroller: HTMLElement): ReadingPlace | null {
  const { top, height } = scroller.getBoundingClientRect();
  let place: ReadingPlace | null = null;
  for (const turn of scroller.querySelectorAll<HTMLElement>('[data-turn]')) {
    const box = turn.getBoundingClientRect();
    if (box.bottom <= top + 8) continue;
    if (place && box.top > top + height / 2) break;
    place = { turn: turn.dataset.turn ?? '', offset: top - box.top };
    if (box.top >= top) break;
  }
  return place;
}

/** Scrolls to a place; false when its turn is not loaded. */
export function goToPlace(scroller: HTMLElement, place: ReadingPlace): boolean {
  const turn = scroller.querySelector<HTMLElement>(`[data-turn="${CSS.escape(place.turn)}"]`);
  if (!turn) return false;
  const top = scroller.getBoundingClientRect().top;
  scroller.scrollTop += turn.getBoundingClientRect().top - top + place.offset;
  return true;
}
