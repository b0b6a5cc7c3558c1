import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSearchQuery } from '@/app/api';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import type { SearchHit } from '@/generated/api';

interface Piece {
  text: string;
  marked: boolean;
}

/** Cuts a snippet at its highlights; ranges that overlap or lie outside are put right. */
export function cutAtHighlights(snippet: string, highlights: number[][]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start = 0, end = 0] of [...highlights].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    const from = Math.max(at, Math.min(start, snippet.length));
    const to = Math.max(from, Math.min(end, snippet.length));
    if (from > at) pieces.push({ text: snippet.slice(at, from), marked: false });
    if (to > from) pieces.push({ text: snippet.slice(from, to), marked: true });
    at = to;
  }
  if (at < snippet.length) pieces.push({ text: snippet.slice(at), marked: false });
  return pieces;
}

export function Highlighted({ hit }: { hit: SearchHit }) {
  return cutAtHighlights(hit.snippet, hit.highlights).map((piece, index) =>
    piece.marked ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
  );
}

/** The words to find there; a hit inside an answer opens it, as a folded answer would hide it. */
function placeOf(hit: SearchHit, query: string): string {
  const place = new URLSearchParams({ find: query });
  if (hit.response_id) place.set('open', hit.response_id);
  return `?${place}`;
}

/** What was found, with the found words marked. */
export function SearchResults({ query }: { query: string }) {
  const { t } = useTranslation();
  const { data, error, isFetching, refetch } = useSearchQuery({ q: query, limit: 20 });
  if (error && !isFetching) {
    return <LoadProblem error={error} retry={refetch} />;
  }
  if (!data) {
    return (
      <div className="grid gap-2 px-2 pt-3" role="status">
        <span className="sr-only">{t('common.loading')}</span>
        <Skeleton className="h-12" />
        <Skeleton className="h-12" />
      </div>
    );
  }
  return (
    <section aria-label={t('sidebar.results')}>
      <p role="status" className="px-2 pt-2 pb-1 text-xs text-ink-faint">
        {t('sidebar.found', { count: data.items.length })}
      </p>
      <ul className="grid grid-cols-1 gap-0.5">
        {data.items.map((hit) => (
          <li
            key={`${hit.conversation_id}-${hit.response_id ?? hit.message_id ?? 'title'}`}
            data-testid="search-hit"
          >
            <Link
              to={{ pathname: `/c/${hit.conversation_id}`, search: placeOf(hit, query) }}
              className="block rounded-lg px-2 py-1.5 text-sm hover:bg-surface"
            >
              <span className="block truncate font-medium">{hit.title}</span>
              <span className="line-clamp-3 text-[0.8125rem] break-words text-ink-soft">
                <Highlighted hit={hit} />
              </span>
              <RelativeTime at={hit.at} className="text-xs text-ink-faint" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
