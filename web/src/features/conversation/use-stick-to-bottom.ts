import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type Below, ThreadFollower } from './thread-follower';

export interface StickToBottom {
  below: Below;
  toBottom(): void;
  release(): void;
}

/** Follows growing content only while the reader is at its end and has not acted further up. */
export function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  conversationId: string,
): StickToBottom {
  const follower = useRef<ThreadFollower | null>(null);
  const [below, setBelow] = useState<Below>('nothing');
  const toBottom = useCallback(() => follower.current?.toBottom(), []);
  const release = useCallback(() => follower.current?.release(), []);

  useEffect(() => {
    if (!scroller.current || !content.current) return;
    const opened = new ThreadFollower(scroller.current, content.current, conversationId, setBelow);
    follower.current = opened;
    return () => opened.close();
  }, [scroller, content, conversationId]);

  return { below, toBottom, release };
}
