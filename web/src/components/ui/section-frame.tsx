import type { ReactNode } from 'react';

export function SectionFrame(props: {
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="grid gap-5">
      <header className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <h2 className="font-serif text-2xl">{props.title}</h2>
          {props.text && <p className="mt-1 max-w-[64ch] text-sm text-ink-soft">{props.text}</p>}
        </div>
        {props.action}
      </header>
      {props.children}
    </section>
  );
}
