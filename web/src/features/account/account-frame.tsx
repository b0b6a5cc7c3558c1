import type { ReactNode } from 'react';
import { useDocumentTitle } from '@/app/document-title';

/** The quiet page around signing in, registering and the first start. */
export function AccountFrame({
  title,
  text,
  children,
}: {
  title: string;
  text?: ReactNode;
  children: ReactNode;
}) {
  useDocumentTitle(title);
  return (
    <main className="grid h-full overflow-y-auto p-6 sm:place-items-center">
      <div className="grid w-full max-w-md content-start gap-6 py-6">
        <div className="flex items-center gap-2">
          <img src="/favicon.svg" alt="" className="size-8" />
          <span className="font-serif text-2xl font-medium tracking-tight">Quorum</span>
        </div>
        <div className="grid gap-2">
          <h1 className="font-serif text-3xl leading-tight">{title}</h1>
          {text && <div className="text-ink-soft">{text}</div>}
        </div>
        {children}
      </div>
    </main>
  );
}
