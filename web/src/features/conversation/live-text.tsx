import { ArrowDown } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Skeleton } from '@/components/ui/notice';
import { AnswerText } from '@/features/markdown/answer-text';
import type { Response } from '@/generated/api';
import { useTellGrowth } from './thread-scroll';
import { useAnswerText } from './use-answer-text';
import { useFollowEnd } from './use-follow-end';
import { useThinkingSeconds } from './use-thinking-seconds';

/** The growing text inside its card, in a box of one height. */
export function LiveText({ response }: { response: Response }) {
  const { text, thoughts } = useAnswerText(response, false);
  const thinking = text === '' && thoughts !== '';
  const seconds = useThinkingSeconds(response, thinking);
  if (!text && !thoughts) return <Waiting />;
  return (
    <LiveBox text={text} name={response.service_name}>
      <AnswerText text={text} streaming thoughts={thoughts} seconds={seconds} />
      {thinking && <Waiting />}
    </LiveBox>
  );
}

/** It scrolls by itself while the reader is at its end; else it says that there is more below. */
function LiveBox({ text, name, children }: { text: string; name: string; children: ReactNode }) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { news, toEnd } = useFollowEnd(box, content);
  useTellGrowth(box, text);
  return (
    <>
      <section
        ref={box}
        tabIndex={0}
        aria-label={t('card.liveText', { name })}
        data-testid="live-text"
        className={cx(
          'absolute inset-x-0 top-0 overflow-y-auto text-[0.9375rem] [&_.answer]:text-[0.9375rem]',
          // Opened thoughts can be folded again wherever the growing text has scrolled to.
          '[&_summary]:sticky [&_summary]:top-0 [&_summary]:z-10 [&_summary]:w-full! [&_summary]:bg-surface',
          // What says that there is more does not lie on the text that is read.
          news ? 'bottom-11 pointer-coarse:bottom-13' : 'bottom-0',
        )}
      >
        <div ref={content}>{children}</div>
      </section>
      {news && (
        <Button
          look="primary"
          onClick={() => {
            toEnd();
            box.current?.focus({ preventScroll: true });
          }}
          icon={<ArrowDown aria-hidden className="size-4" />}
          className="rise absolute bottom-1 left-1/2 -translate-x-1/2 whitespace-nowrap shadow-card"
        >
          {t('thread.newBelow')}
        </Button>
      )}
    </>
  );
}

function Waiting() {
  return (
    <div className="grid content-start gap-2.5 pt-1" aria-hidden>
      <Skeleton className="h-3.5 w-11/12" />
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-3/5" />
    </div>
  );
}
