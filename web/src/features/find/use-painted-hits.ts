import './find.css';
import { useEffect } from 'react';
import { rangesOf } from '@/text/find-in';
import { highlight } from '@/text/highlight';

const PLACES = '[data-testid="question"], [data-testid="summary"], [data-testid="reasoning"], .answer';

function turnElement(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-turn="${CSS.escape(id)}"]`);
}

function paint(query: string, current: string | null): () => void {
  const wanted = query.trim().length > 1 ? query : '';
  const all: Range[] = [];
  const own: Range[] = [];
  for (const place of document.querySelectorAll(`[data-turn] :is(${PLACES})`)) {
    const isCurrent = place.closest<HTMLElement>('[data-turn]')?.dataset.turn === current;
    (isCurrent ? own : all).push(...rangesOf(place, wanted));
  }
  const clear = [highlight('found', all), highlight('found-here', own)];
  return () => {
    for (const one of clear) one();
  };
}

/** Paints the words wherever they are on screen, and brings the current turn into view. */
export function usePaintedHits(query: string, current: string | null): void {
  useEffect(() => {
    let clear = paint(query, current);
    let frame = 0;
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        clear();
        clear = paint(query, current);
      });
    });
    const thread = document.querySelector('[data-testid="thread"]');
    if (thread) observer.observe(thread, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      clear();
    };
  }, [query, current]);

  useEffect(() => {
    const turn = current ? turnElement(current) : null;
    turn?.dispatchEvent(new Event('quorum:hold', { bubbles: true }));
    turn?.scrollIntoView({ block: 'start' });
  }, [current]);
}
