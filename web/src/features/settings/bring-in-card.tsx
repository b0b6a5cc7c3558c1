import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useImportConversationMutation } from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { DataCard } from '@/components/ui/data-card';
import { Notice } from '@/components/ui/notice';
import type { Conversation } from '@/generated/api';
import { openTranscripts } from './open-transcripts';

type Stage =
  | { at: 'start' }
  | { at: 'unreadable'; why: 'unknown' | 'empty' }
  | { at: 'under_way'; done: number; all: number | null; share: number }
  | { at: 'end'; made: Conversation[]; count: number; failed: number; reason: string };

/** Links shown to what was brought in. */
const SHOWN = 10;

/** Bringing conversations in, one after the other. */
export function BringInCard() {
  const { t } = useTranslation();
  const [bringIn] = useImportConversationMutation();
  const [stage, setStage] = useState<Stage>({ at: 'start' });
  const input = useRef<HTMLInputElement>(null);

  const take = async (file: File) => {
    const made: Conversation[] = [];
    let count = 0;
    let failed = 0;
    let reason = '';
    try {
      for await (const { transcript, all, share } of openTranscripts(file)) {
        setStage({ at: 'under_way', done: count + failed, all, share });
        try {
          const one = await bringIn({ transcript }).unwrap();
          count += 1;
          if (made.length < SHOWN) made.push(one);
        } catch (error) {
          failed += 1;
          reason ||= problemText(error);
        }
      }
    } catch {
      if (count + failed === 0) return setStage({ at: 'unreadable', why: 'unknown' });
      failed += 1;
      reason ||= t('importing.unknown');
    }
    if (count + failed === 0) return setStage({ at: 'unreadable', why: 'empty' });
    setStage({ at: 'end', made, count, failed, reason });
  };
  return (
    <DataCard title={t('importing.title')} text={t('importing.text')}>
      <input
        ref={input}
        type="file"
        accept="application/json,.json,application/zip,.zip"
        aria-label={t('importing.choose')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void take(file);
        }}
      />
      <div>
        <Button
          icon={<Upload aria-hidden className="size-4" />}
          busy={stage.at === 'under_way'}
          onClick={() => input.current?.click()}
        >
          {t('importing.choose')}
        </Button>
      </div>
      <div role="status" className="grid gap-2 empty:hidden">
        <Outcome stage={stage} />
      </div>
    </DataCard>
  );
}

function Outcome({ stage }: { stage: Stage }) {
  const { t } = useTranslation();
  if (stage.at === 'unreadable') return <Notice tone="bad">{t(`importing.${stage.why}`)}</Notice>;
  if (stage.at === 'under_way') {
    return (
      <div className="grid gap-1.5 text-sm">
        <progress
          value={stage.share}
          max={1}
          aria-label={t('importing.title')}
          className="h-2 w-full accent-accent"
        />
        {stage.all === null
          ? t('importing.done', { count: stage.done })
          : t('importing.progress', { done: stage.done, all: stage.all })}
      </div>
    );
  }
  if (stage.at !== 'end') return null;
  return (
    <>
      {stage.count > 0 && (
        <Notice tone="info">
          {t('importing.done', { count: stage.count })}
          <ul className="mt-1 grid gap-0.5">
            {stage.made.map((made) => (
              <li key={made.id}>
                <Link
                  to={`/c/${made.id}`}
                  className="inline-block py-1 text-accent underline underline-offset-2"
                >
                  {made.title}
                </Link>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {stage.failed > 0 && (
        <Notice tone="warn">{t('importing.failed', { count: stage.failed, reason: stage.reason })}</Notice>
      )}
    </>
  );
}
