import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/ui/notice';
import { AnswerText } from '@/features/markdown/answer-text';
import type { Response } from '@/generated/api';
import { useAnswerText } from './use-answer-text';
import { useThinkingSeconds } from './use-thinking-seconds';

/** The growing text inside its card; it scrolls by itself while the reader is at its end. */
export function LiveText({ response }: { response: Response }) {
  const { t } = useTranslation();
  const { text, thoughts } = useAnswerText(response, false);
  const thinking = text === '' && thoughts !== '';
  const seconds = useThinkingSeconds(response, thinking);
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows every growth of the text
  useEffect(() => {
    const element = box.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [text]);

  if (!text && !thoughts) {
    return <Waiting />;
  }
  return (
    <section
      ref={box}
      tabIndex={0}
      aria-label={t('card.liveText', { name: response.service_name })}
      data-testid="live-text"
      onScroll={(event) => {
        const element = event.currentTarget;
        atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
      }}
      className="absolute inset-0 overflow-y-auto text-[0.9375rem] [&_.answer]:text-[0.9375rem]"
    >
      <AnswerText text={text} streaming thoughts={thoughts} seconds={seconds} />
      {thinking && <Waiting />}
    </section>
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
