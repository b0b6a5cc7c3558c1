import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Citation } from '@/generated/api';
import { GuardedLink, hostOf } from './guarded-link';

/** The sources that a service named for its answer, numbered. */
export function Sources({ citations, titled = true }: { citations: Citation[]; titled?: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  if (citations.length === 0) return null;
  return (
    <section
      aria-labelledby={titled ? id : undefined}
      aria-label={titled ? undefined : t('markdown.sources')}
      className="grid gap-1.5 text-sm pointer-coarse:[&_.guarded-link]:min-h-11 [&_.guarded-link]:text-start [&_.guarded-link]:text-accent [&_.guarded-link]:underline [&_.guarded-link]:underline-offset-2"
      data-testid="sources"
    >
      {titled && (
        <h4 id={id} className="font-medium">
          {t('markdown.sources')}
        </h4>
      )}
      <ol className="grid gap-1.5 pointer-coarse:gap-0">
        {citations.map((citation, at) => (
          <Source key={at} citation={citation} number={at + 1} />
        ))}
      </ol>
    </section>
  );
}

function Source({ citation, number }: { citation: Citation; number: number }) {
  const { url, title, quote } = citation;
  const host = url ? hostOf(url) : null;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-2">
      <span className="text-ink-faint tabular-nums">{number}.</span>
      <span className="min-w-0 break-words">
        {(title || host) && (
          <GuardedLink href={url ?? undefined}>
            <bdi>{title || host}</bdi>
          </GuardedLink>
        )}{' '}
        {host && title && (
          <span className="font-mono text-xs break-all text-ink-faint print:hidden">{host}</span>
        )}
        {quote && (
          <q dir="auto" className="line-clamp-2 text-ink-soft">
            {quote}
          </q>
        )}
      </span>
    </li>
  );
}
