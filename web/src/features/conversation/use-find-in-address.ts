import { useSearchParams } from 'react-router';

export interface FindInAddress {
  /** The words to begin with; null while nothing is to be found. */
  words: string | null;
  open(): void;
  close(): void;
}

/** The search inside a conversation is part of its address, so that a hit in the list can lead to it. */
export function useFindInAddress(): FindInAddress {
  const [params, setParams] = useSearchParams();
  const set = (words: string | null) =>
    setParams(
      (next) => {
        if (words === null) next.delete('find');
        else next.set('find', words);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  return {
    words: params.get('find'),
    open: () => set(''),
    close: () => {
      set(null);
      document.querySelector<HTMLElement>('[data-action="find"]')?.focus();
    },
  };
}
