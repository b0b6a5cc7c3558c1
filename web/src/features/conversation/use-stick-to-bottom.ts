import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type Below, ThreadFollower } from './thread-follower';

export interface StickToBottom {
  below: Below;
  toBottom(): void;
  toNewestTurn(): void;
  release(): void;
  grew(text: HTMLElement): void;
}

/** Keeps the newest turn in view, and its end once the reader went there; lets go when they act further up. */
export function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  conversationId: string,
): StickToBottom {
  const follower = useRef<ThreadFollower | null>(null);
  const [below, setBelow] = useState<Below>('nothing');
  const toBottom = useCallback(() => follower.current?.toBottom(), []);
  const toNewestTurn = useCallback(() => follower.current?.toNewestTurn(), []);
  const release = useCallback(() => follower.current?.release(), []);
  const grew = useCallback((text: HTMLElement) => follower.current?.grew(text), []);

  useEffect(() => {
    if (!scroller.current || !content.current) return;
    const opened = new ThreadFollower(scroller.current, content.current, conversationId, setBelow);
    follower.current = opened;
    return () => opened.close();
  }, [scroller, content, conversationId]);

  return { below, toBottom, toNewestTurn, release, grew };
}
