import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { ThreadFollower } from './thread-follower';

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
  conversationId: string,
): StickToBottom {
  const follower = useRef<ThreadFollower | null>(null);
  const [newBelow, setNewBelow] = useState(false);
  const toBottom = useCallback(() => follower.current?.toBottom(), []);
  const release = useCallback(() => follower.current?.release(), []);

  useEffect(() => {
    if (!scroller.current || !content.current) return;
    const opened = new ThreadFollower(scroller.current, content.current, conversationId, setNewBelow);
    follower.current = opened;
    return () => opened.close();
  }, [scroller, content, conversationId]);

  return { newBelow, toBottom, release };
}
