import { type RefObject, startTransition, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** So far outside of the view, in pixels, the answers of a turn are not in the page. */
const FAR = 1_800;
/** What a turn is taken to need until it has been seen. */
const GUESS = 416;

export interface NearView {
  near: boolean;
  /** The height to keep free while the content is away. */
  height: number;
}

/** Whether an element is in view or soon will be; one that holds the focus stays. */
export function useNearView(
  element: RefObject<HTMLElement | null>,
  { always, atFirst }: { always: boolean; atFirst: boolean },
): NearView {
  const [inReach, setInReach] = useState(atFirst);
  const height = useRef(GUESS);
  useEffect(() => {
    const target = element.current;
    if (!target || always) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const inView = entries.at(-1)?.isIntersecting ?? true;
        if (!inView && target.contains(document.activeElement)) return;
        if (!inView) height.current = target.offsetHeight || height.current;
        startTransition(() => setInReach(inView));
      },
      { root: target.closest('[data-testid="thread"]'), rootMargin: `${FAR}px 0px` },
    );
    observer.observe(target);
    const onPrint = () => flushSync(() => setInReach(true));
    window.addEventListener('beforeprint', onPrint);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', onPrint);
    };
  }, [element, always]);
  return { near: always || inReach, height: height.current };
}
