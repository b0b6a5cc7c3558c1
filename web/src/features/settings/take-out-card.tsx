import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetAccountQuery } from '@/app/api';
import { formatBytes } from '@/app/format';
import { problemWords } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { DataCard } from '@/components/ui/data-card';
import { Notice } from '@/components/ui/notice';
import type { Holdings } from '@/generated/api';
import { type Taken, takeOut } from './take-out';

/** Texts are packed to about this part of their size; every answer is told with a few hundred bytes besides. */
const PACKED = 0.45;
const BESIDE_AN_ANSWER = 400;

/** About how large the archive becomes. */
function expectedBytes(held: Holdings): number {
  return held.image_bytes + PACKED * held.answer_characters + BESIDE_AN_ANSWER * held.answers + 2_000;
}

/** One archive with everything: made while it is saved, with a way out. */
export function TakeOutCard({ look = 'primary' }: { look?: 'primary' | 'secondary' }) {
  const { t } = useTranslation();
  const held = useGetAccountQuery().data?.holdings;
  const [bytes, setBytes] = useState<number | null>(null);
  const [taken, setTaken] = useState<Taken | null>(null);
  const cancel = useRef<AbortController | null>(null);
  useEffect(() => () => cancel.current?.abort(), []);

  const start = async () => {
    cancel.current = new AbortController();
    setTaken(null);
    setBytes(0);
    setTaken(await takeOut(cancel.current.signal, setBytes));
    setBytes(null);
  };
  const expected = held && expectedBytes(held);
  return (
    <DataCard
      title={t('takingOut.title')}
      text={
        <>
          <p>{t('takingOut.text')}</p>
          {held && (
            <p className="mt-1 text-ink-faint">
              {t('takingOut.holds', {
                conversations: t('takingOut.conversations', { count: held.conversations }),
                images: t('takingOut.images', { count: held.images }),
                size: formatBytes(expected ?? 0),
              })}
            </p>
          )}
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look={look}
          icon={<Download aria-hidden className="size-4" />}
          busy={bytes !== null}
          onClick={() => void start()}
        >
          {t('takingOut.start')}
        </Button>
        {bytes !== null && <Button onClick={() => cancel.current?.abort()}>{t('takingOut.cancel')}</Button>}
      </div>
      {bytes !== null && (
        <div className="grid gap-1.5 text-sm">
          <progress
            value={expected ? Math.min(0.98, bytes / expected) : undefined}
            max={1}
            aria-label={t('takingOut.progressLabel')}
            className="h-2 w-full accent-accent"
          />
          {t('takingOut.progress', { size: formatBytes(bytes) })}
        </div>
      )}
      <div role="status" className="empty:hidden">
        {taken && <Ended taken={taken} />}
      </div>
    </DataCard>
  );
}

function Ended({ taken }: { taken: Taken }) {
  const { t } = useTranslation();
  switch (taken.ended) {
    case 'done':
      return <Notice tone="info">{t('takingOut.done', { size: formatBytes(taken.bytes) })}</Notice>;
    case 'cancelled':
      return <Notice tone="warn">{t('takingOut.cancelled')}</Notice>;
    case 'broke_off':
      return <Notice tone="bad">{t('takingOut.brokeOff')}</Notice>;
    case 'refused':
      return <Notice tone="bad">{problemWords(taken.problem)}</Notice>;
  }
}
