import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

const NEAR = 96;

export interface StickToBottom {
  /** True when something new came in below while the reader was further up. */
  newBelow: boolean;
  toBottom(): void;
}

/** Follows growing content only while the reader is at its end. */
export function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  key: string,
): StickToBottom {
  const sticking = useRef(true);
  const [newBelow, setNewBelow] = useState(false);

  const toBottom = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    sticking.current = true;
    setNewBelow(false);
    element.scrollTop = element.scrollHeight;
  }, [scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another thread starts at its end again
  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) return;
    sticking.current = true;
    let height = inner.offsetHeight;
    const onScroll = () => {
      sticking.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      if (sticking.current) setNewBelow(false);
    };
    const observer = new ResizeObserver(() => {
      const grew = inner.offsetHeight > height + 4;
      height = inner.offsetHeight;
      if (sticking.current) element.scrollTop = element.scrollHeight;
      else if (grew && element.scrollTop > NEAR) setNewBelow(true);
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

  return { newBelow, toBottom };
}
