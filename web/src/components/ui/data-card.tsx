import type { ReactNode } from 'react';

/** A part of a section with a heading of its own. */
export function DataCard({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset">
      <div>
        <h3 className="font-semibold">{title}</h3>
        <div className="mt-1 max-w-[64ch] text-sm text-ink-soft">{text}</div>
      </div>
      {children}
    </section>
  );
}
