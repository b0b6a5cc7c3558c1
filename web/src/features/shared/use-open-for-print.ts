import { type RefObject, useEffect } from 'react';

/** Unfolds everything for paper, and folds again afterwards what was folded. */
export function useOpenForPrint(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let opened: HTMLDetailsElement[] = [];
    const open = () => {
      const folded = page.current?.querySelectorAll<HTMLDetailsElement>('details[data-answer]:not([open])');
      opened = [...opened, ...(folded ?? [])];
      for (const one of opened) one.open = true;
    };
    const close = () => {
      for (const one of opened) one.open = false;
      opened = [];
    };
    window.addEventListener('beforeprint', open);
    window.addEventListener('afterprint', close);
    return () => {
      window.removeEventListener('beforeprint', open);
      window.removeEventListener('afterprint', close);
    };
  }, [page]);
}
