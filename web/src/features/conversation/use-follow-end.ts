import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { EndFollower } from './end-follower';

export interface FollowEnd {
  /** Text has come in below what the reader sees. */
  news: boolean;
  toEnd(): void;
}

/** Keeps a box at the end of its content while its reader is there. */
export function useFollowEnd(
  box: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): FollowEnd {
  const follower = useRef<EndFollower | null>(null);
  const [news, setNews] = useState(false);
  const toEnd = useCallback(() => follower.current?.toEnd(), []);

  useEffect(() => {
    if (!box.current || !content.current) return;
    const opened = new EndFollower(box.current, setNews);
    const growth = new ResizeObserver(() => opened.resized());
    growth.observe(box.current);
    growth.observe(content.current);
    follower.current = opened;
    return () => {
      growth.disconnect();
      opened.close();
    };
  }, [box, content]);

  return { news, toEnd };
}
