import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/ui/button';
import { type FindOptions, useFind } from './use-find';
import { usePaintedHits } from './use-painted-hits';

export interface FindBarProps extends Omit<FindOptions, 'query'> {
  initial: string;
  onClose(): void;
}

/** Finds words in the open conversation, also in turns that are not on screen. */
export default function FindBar({ initial, onClose, ...options }: FindBarProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState(initial);
  /** Counted from the newest turn, so that earlier turns that come in change nothing. */
  const [fromEnd, setFromEnd] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const { turns, reading } = useFind({ ...options, query });
  const at = Math.max(0, turns.length - 1 - fromEnd);
  usePaintedHits(query, turns[at] ?? null);
  useEffect(() => field.current?.focus(), []);

  const step = (by: number) => {
    if (turns.length === 0) return;
    setFromEnd((turns.length - 1 - ((at + by + turns.length) % turns.length)) % turns.length);
  };
  return (
    <search className="flex items-center gap-1 border-b border-line px-3 py-1.5 sm:px-6" data-testid="find">
      <input
        ref={field}
        type="search"
        value={query}
        aria-label={t('find.label')}
        placeholder={t('find.label')}
        onChange={(event) => {
          setQuery(event.target.value);
          setFromEnd(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') step(event.shiftKey ? 1 : -1);
          if (event.key === 'Escape') onClose();
        }}
        className="h-9 min-w-0 flex-1 rounded-lg bg-surface px-3 text-sm ring-1 ring-line-strong ring-inset"
      />
      <p role="status" className="shrink-0 px-2 text-xs text-ink-soft tabular-nums">
        {query.trim().length > 1 &&
          (turns.length > 0
            ? t('find.place', { at: at + 1, of: turns.length })
            : t(reading ? 'find.reading' : 'find.nothing'))}
      </p>
      <IconButton
        label={t('find.earlier')}
        icon={<ChevronUp aria-hidden className="size-4" />}
        onClick={() => step(-1)}
      />
      <IconButton
        label={t('find.later')}
        icon={<ChevronDown aria-hidden className="size-4" />}
        onClick={() => step(1)}
      />
      <IconButton label={t('find.close')} icon={<X aria-hidden className="size-4" />} onClick={onClose} />
    </search>
  );
}
