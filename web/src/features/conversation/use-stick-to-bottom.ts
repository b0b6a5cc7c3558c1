import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

const NEAR = 96;

export interface StickToBottom {
  /** True when something new came in below while the reader was further up. */
  newBelow: boolean;
  toBottom(): void;
  release(): void;
}

/** Follows growing content only while the reader is at its end and has not acted further up. */
export function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  key: string,
): StickToBottom {
  const sticking = useRef(true);
  /** After an action the next growth is the reader's own doing and no news. */
  const ownGrowth = useRef(false);
  const [newBelow, setNewBelow] = useState(false);

  const toBottom = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    sticking.current = true;
    setNewBelow(false);
    element.scrollTop = element.scrollHeight;
  }, [scroller]);

  const release = useCallback(() => {
    sticking.current = false;
    ownGrowth.current = true;
    setTimeout(() => {
      ownGrowth.current = false;
    }, 1500);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another thread starts at its end again
  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) return;
    sticking.current = true;
    let height = inner.offsetHeight;
    let seen = { top: element.scrollTop, height: element.scrollHeight };
    const onScroll = () => {
      const now = { top: element.scrollTop, height: element.scrollHeight };
      const atEnd = now.height - now.top - element.clientHeight < NEAR;
      // The browser also moves the page when its height changes; only a reader moves it up otherwise.
      const movedUp = now.top < seen.top && now.height === seen.height;
      seen = now;
      if (ownGrowth.current) return;
      if (atEnd) {
        sticking.current = true;
        setNewBelow(false);
      } else if (movedUp) {
        sticking.current = false;
      }
    };
    const observer = new ResizeObserver(() => {
      const grew = inner.offsetHeight > height + 4;
      height = inner.offsetHeight;
      if (sticking.current) element.scrollTop = element.scrollHeight;
      else if (grew && !ownGrowth.current && element.scrollTop > NEAR) setNewBelow(true);
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(inner);
    observer.observe(element);
    element.scrollTop = element.scrollHeight;
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scroller, content, key]);

  return { newBelow, toBottom, release };
}
