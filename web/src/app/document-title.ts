import { useEffect } from 'react';

/** Names the tab after what is open. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} – Quorum` : 'Quorum';
  }, [title]);
}
