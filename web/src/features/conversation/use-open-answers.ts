import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Passage, Response } from '@/generated/api';
import { useThreadScroll } from './thread-scroll';
import type { Sought } from './use-sought-passage';

export interface OpenAnswers {
  isOpen(response: Response): boolean;
  toggle(response: Response): void;
  /** Opens an answer where it says a point. */
  show(response: Response, point: string, passage?: Passage | null): void;
  /** The answer whose text takes the focus, because the reader opened it just now. */
  focusFor: string | null;
  sought: Sought | null;
}

/** Which answers of a turn are open: the one in the address, and the kept one until it is folded. */
export function useOpenAnswers(keptId: string | null): OpenAnswers {
  const [params, setParams] = useSearchParams();
  const thread = useThreadScroll();
  const [folded, setFolded] = useState(false);
  const [focusFor, setFocusFor] = useState<string | null>(null);
  const [sought, setSought] = useState<Sought | null>(null);
  const openId = params.get('open');

  const isOpen = (response: Response) => openId === response.id || (response.id === keptId && !folded);
  const toggle = (response: Response) => {
    const opening = !isOpen(response);
    setFocusFor(opening ? response.id : null);
    setSought(null);
    if (response.id === keptId) setFolded(!opening);
    if (!opening && openId !== response.id) return;
    setParams(
      (next) => {
        if (opening) next.set('open', response.id);
        else next.delete('open');
        return next;
      },
      { replace: !opening, preventScrollReset: true },
    );
  };
  const show = (response: Response, point: string, passage?: Passage | null) => {
    thread.release();
    if (!isOpen(response)) toggle(response);
    setFocusFor(null);
    setSought({ responseId: response.id, point, passage });
  };
  return { isOpen, toggle, show, focusFor, sought };
}
