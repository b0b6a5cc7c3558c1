import { createContext, type RefObject, useContext, useEffect } from 'react';

export interface ThreadScroll {
  /** The reader has acted further up: growth below no longer pulls the page along. */
  release(): void;
  /** Text has come in at the end of this element. */
  grew(text: HTMLElement): void;
}

const context = createContext<ThreadScroll>({ release() {}, grew() {} });

export const ThreadScrollProvider = context.Provider;

export function useThreadScroll(): ThreadScroll {
  return useContext(context);
}

/** Tells the thread of a text that grows, so that a reader who is elsewhere hears of it. */
export function useTellGrowth(element: RefObject<HTMLElement | null>, text: string | null): void {
  const { grew } = useThreadScroll();
  useEffect(() => {
    if (text && element.current) grew(element.current);
  }, [element, text, grew]);
}
