import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Notice, Skeleton } from '@/components/ui/notice';
import { AnswerText } from '@/features/markdown/answer-text';
import { Sources } from '@/features/markdown/sources';
import type { Response } from '@/generated/api';
import { useTellGrowth } from './thread-scroll';
import { useAnswerText } from './use-answer-text';
import { type Sought, useSoughtPassage } from './use-sought-passage';
import { useThinkingSeconds } from './use-thinking-seconds';

export interface ExpandedAnswerProps {
  response: Response;
  /** True when the reader asked for it just now, so that focus moves to the text. */
  takeFocus: boolean;
  /** A point to be shown in the text. */
  sought: Sought | null;
  onClose?(): void;
}

/** The whole answer. */
export function ExpandedAnswer({ response, takeFocus, sought, onClose }: ExpandedAnswerProps) {
  const { t } = useTranslation();
  const { text, thoughts, citations, streaming, loading, problem, again } = useAnswerText(response, true);
  const seconds = useThinkingSeconds(response, streaming && text === '' && thoughts !== '');
  const region = useRef<HTMLElement>(null);
  useTellGrowth(region, streaming ? text : null);
  useSoughtPassage(region, sought, text, response.service_name);

  useEffect(() => {
    if (!takeFocus) return;
    region.current?.focus({ preventScroll: true });
    region.current?.closest('[data-card]')?.scrollIntoView({ block: 'start' });
  }, [takeFocus]);

  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-label={t('card.wholeAnswer', { name: response.service_name })}
      data-testid="expanded-answer"
      className="min-w-0 rounded-md outline-offset-8"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && onClose) {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      {problem && !text ? (
        <Notice tone="bad" role="alert" action={<Button onClick={again}>{t('common.tryAgain')}</Button>}>
          {problem}
        </Notice>
      ) : loading && !text ? (
        <div className="grid gap-2.5" role="status">
          <span className="sr-only">{t('common.loading')}</span>
          <Skeleton className="h-4 w-11/12" />
          <Skeleton className="h-4" />
          <Skeleton className="h-4 w-10/12" />
          <Skeleton className="h-4 w-2/3" />
        </div>
      ) : (
        <AnswerText text={text} streaming={streaming} thoughts={thoughts} seconds={seconds} />
      )}
      {citations.length > 0 && (
        <div className="mt-4 border-t border-line pt-3">
          <Sources citations={citations} />
        </div>
      )}
      {response.finish_reason === 'length' && (
        <Notice tone="warn" className="mt-4">
          {t('card.cutByLimit')}
        </Notice>
      )}
    </section>
  );
}
