import { type RefObject, useEffect, useMemo, useState } from 'react';
import type { Response } from '@/generated/api';
import { byRank } from './turn-phase';

export interface CardOrder {
  ordered: Response[];
  /** True when a ranking has come in that the reader was too close to see moved. */
  pending: boolean;
  sortNow(): void;
}

/** A pointer that merely rests over a card does not read it. */
const POINTER_REST = 4_000;
let lastMove = 0;

if (typeof window !== 'undefined') {
  window.addEventListener('pointermove', () => (lastMove = Date.now()), { passive: true });
}

function isReaderInside(element: HTMLElement | null): boolean {
  if (!element) return false;
  const active = document.activeElement;
  const pointed = element.matches(':hover') && Date.now() - lastMove < POINTER_REST;
  return pointed || (active !== null && element.contains(active));
}

/** Keeps cards where they are while the reader is among them; otherwise follows the ranking. */
export function useCardOrder(responses: Response[], grid: RefObject<HTMLElement | null>): CardOrder {
  const wanted = useMemo(() => byRank(responses).map((response) => response.id), [responses]);
  const [order, setOrder] = useState(wanted);
  const wantedKey = wanted.join();
  const pending = order.filter((id) => wanted.includes(id)).join() !== wantedKey && order.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new ranking may move cards
  useEffect(() => {
    if (!isReaderInside(grid.current)) setOrder(wanted);
  }, [wantedKey]);

  const ordered = useMemo(() => {
    const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
    return [...responses].sort((a, b) => place(a.id) - place(b.id) || a.position - b.position);
  }, [responses, order]);

  return {
    ordered,
    pending: pending && responses.some((r) => r.rank != null),
    sortNow: () => setOrder(wanted),
  };
}
