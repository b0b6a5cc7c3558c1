import { useEffect, useState } from 'react';
import { useReadAccountLinkMutation } from '@/app/api';
import { problemOf } from '@/app/problem';
import type { AccountLink, LinkKind } from '@/generated/api';

export type HeldLink =
  | { state: 'loading' }
  | { state: 'gone' }
  | { state: 'unreachable'; error: unknown; again(): void }
  | { state: 'good'; link: AccountLink; token: string };

/** The link in this page's address. Its token stands behind `#`, which browsers send nowhere. */
export function useHeldLink(kind: LinkKind): HeldLink {
  const [token] = useState(() => window.location.hash.slice(1));
  const [read, { data, error, reset }] = useReadAccountLinkMutation();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new try reads again
  useEffect(() => {
    if (token) void read({ heldLink: { kind, token } });
  }, [read, kind, token, tries]);

  if (!token) return { state: 'gone' };
  if (data) return { state: 'good', link: data, token };
  if (!error) return { state: 'loading' };
  if (problemOf(error)?.status === 404) return { state: 'gone' };
  const again = () => {
    reset();
    setTries(tries + 1);
  };
  return { state: 'unreachable', error, again };
}
