import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { NavLink } from 'react-router';
import { cx } from './class-names';
import { Skeleton } from './notice';

export interface SectionGroup {
  /** Shown above its links; a single group needs none. */
  label?: string;
  links: { to: string; label: string; current: boolean }[];
}

/** A screen of sections: their names at the side (above, on a phone), one of them shown. */
export function SectionedScreen(props: {
  title: string;
  menuButton: ReactNode;
  groups: SectionGroup[];
  children: ReactNode;
}) {
  const strip = useCurrentInView(props.groups);
  return (
    <>
      <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line px-3 sm:px-6">
        {props.menuButton}
        <h1 className="text-[0.9375rem] font-semibold">{props.title}</h1>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto grid max-w-5xl grid-cols-1 gap-6 px-4 py-6 sm:px-6 md:grid-cols-[11rem_1fr] md:gap-10">
          <nav
            ref={strip}
            aria-label={props.title}
            className="-mx-4 flex gap-1 overflow-x-auto px-4 py-1 sm:-mx-6 sm:px-6 md:sticky md:top-0 md:mx-0 md:flex-col md:self-start md:overflow-visible md:p-0"
          >
            {props.groups.map((group) => (
              <div key={group.label ?? 'all'} className="contents md:grid md:gap-0.5 md:not-first:pt-4">
                {group.label && (
                  <p className="hidden px-3 pb-1 text-xs font-medium text-ink-faint md:block">
                    {group.label}
                  </p>
                )}
                {group.links.map((link) => (
                  <NavLink
                    key={link.to}
                    to={link.to}
                    className={cx(
                      'tap flex shrink-0 items-center rounded-lg px-3 py-1.5 text-sm',
                      link.current
                        ? 'bg-accent-soft font-medium text-accent-strong'
                        : 'text-ink-soft hover:bg-sunken',
                    )}
                    aria-current={link.current ? 'page' : undefined}
                  >
                    {link.label}
                  </NavLink>
                ))}
              </div>
            ))}
          </nav>
          <div className="min-w-0">
            <Suspense fallback={<Skeleton className="h-40" />}>{props.children}</Suspense>
          </div>
        </div>
      </main>
    </>
  );
}

/** On a phone the names stand in one row that scrolls; the current one is brought into view. */
function useCurrentInView(groups: SectionGroup[]) {
  const strip = useRef<HTMLElement>(null);
  const current = groups.flatMap((group) => group.links).find((link) => link.current)?.to;
  useEffect(() => {
    const row = strip.current;
    const link = row?.querySelector<HTMLElement>(`[href="${current}"]`);
    if (!row || !link) return;
    row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return strip;
}
