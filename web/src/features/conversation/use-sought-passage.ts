import { type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passage } from '@/generated/api';
import { announce } from '@/live/announcer';
import { findPassage } from '@/text/find-passage';
import { highlight } from '@/text/highlight';

/** A point that a reader wants to see in the text of an answer; each asking is a new object. */
export interface Sought {
  responseId: string;
  point: string;
  /** Where in the text it stands, if that is known. */
  passage?: Passage | null;
}

/** Calls back once the answer inside is rendered; the renderer and the text come in later. */
function whenRendered(region: HTMLElement, then: () => void): () => void {
  if (region.querySelector('.answer')) {
    then();
    return () => {};
  }
  const observer = new MutationObserver(() => {
    if (!region.querySelector('.answer')) return;
    observer.disconnect();
    then();
  });
  observer.observe(region, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** Marks the passage of an answer that says a point, and moves the reader there. */
export function useSoughtPassage(
  region: RefObject<HTMLElement | null>,
  sought: Sought | null,
  text: string,
  name: string,
): void {
  const { t } = useTranslation();
  useEffect(() => {
    const element = region.current;
    if (!sought || !element || !text) return;
    const { passage, point } = sought;
    const words = passage ? text.slice(passage.start, passage.end) : point;
    let clear = () => {};
    const stop = whenRendered(element, () => {
      const found = findPassage(element, words);
      const target = found?.block ?? element;
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: found ? 'center' : 'start' });
      if (found) clear = highlight('passage', [found.range]);
      else announce(t('agreement.notFound', { name }));
    });
    return () => {
      stop();
      clear();
    };
  }, [region, sought, text, name, t]);
}
