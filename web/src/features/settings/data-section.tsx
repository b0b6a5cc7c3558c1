import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useImportConversationMutation } from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import type { Conversation, Transcript } from '@/generated/api';
import { readTranscripts } from './foreign-transcripts';

type Stage =
  | { at: 'start' }
  | { at: 'unreadable'; why: 'unknown' | 'empty' }
  | { at: 'under_way'; done: number; all: number }
  | { at: 'end'; made: Conversation[]; failed: number; reason: string };

async function transcriptsOf(file: File): Promise<Transcript[] | null> {
  try {
    return readTranscripts(JSON.parse(await file.text()));
  } catch {
    return null;
  }
}

/** Bringing conversations in, one after the other. */
export default function DataSection() {
  const { t } = useTranslation();
  const [bringIn] = useImportConversationMutation();
  const [stage, setStage] = useState<Stage>({ at: 'start' });
  const input = useRef<HTMLInputElement>(null);

  const take = async (file: File) => {
    const transcripts = await transcriptsOf(file);
    if (!transcripts) return setStage({ at: 'unreadable', why: 'unknown' });
    if (transcripts.length === 0) return setStage({ at: 'unreadable', why: 'empty' });
    const made: Conversation[] = [];
    let failed = 0;
    let reason = '';
    for (const [done, transcript] of transcripts.entries()) {
      setStage({ at: 'under_way', done, all: transcripts.length });
      try {
        made.push(await bringIn({ transcript }).unwrap());
      } catch (error) {
        failed += 1;
        reason ||= problemText(error);
      }
    }
    setStage({ at: 'end', made, failed, reason });
  };
  return (
    <SectionFrame title={t('importing.section')} text={t('importing.exportText')}>
      <section className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset">
        <div>
          <h3 className="font-semibold">{t('importing.title')}</h3>
          <p className="mt-1 max-w-[64ch] text-sm text-ink-soft">{t('importing.text')}</p>
        </div>
        <input
          ref={input}
          type="file"
          accept="application/json,.json"
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
            look="primary"
            icon={<Upload aria-hidden className="size-4" />}
            busy={stage.at === 'under_way'}
            onClick={() => input.current?.click()}
          >
            {t('importing.choose')}
          </Button>
        </div>
        <div role="status" className="grid gap-2">
          {stage.at === 'unreadable' && <Notice tone="bad">{t(`importing.${stage.why}`)}</Notice>}
          {stage.at === 'under_way' && (
            <div className="grid gap-1.5 text-sm">
              <progress
                value={stage.done}
                max={stage.all}
                aria-label={t('importing.title')}
                className="h-2 w-full accent-accent"
              />
              {t('importing.progress', { done: stage.done, all: stage.all })}
            </div>
          )}
          {stage.at === 'end' && stage.made.length > 0 && (
            <Notice tone="info">
              {t('importing.done', { count: stage.made.length })}
              <ul className="mt-1 grid gap-0.5">
                {stage.made.slice(0, 10).map((made) => (
                  <li key={made.id}>
                    <Link to={`/c/${made.id}`} className="text-accent underline underline-offset-2">
                      {made.title}
                    </Link>
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          {stage.at === 'end' && stage.failed > 0 && (
            <Notice tone="warn">
              {t('importing.failed', { count: stage.failed, reason: stage.reason })}
            </Notice>
          )}
        </div>
      </section>
    </SectionFrame>
  );
}
