import { Popover } from 'radix-ui';
import { type MouseEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Notice, Skeleton } from '@/components/ui/notice';
import { AnswerText } from '@/features/markdown/answer-text';
import { Sources } from '@/features/markdown/sources';
import type { AttributedSentence, Batch, Consensus } from '@/generated/api';
import { ClaimHolders, type ShowPassage } from './claim-holders';
import { markSources, type SourceMark } from './mark-sources';
import { useTellGrowth } from './thread-scroll';
import { useAnswerText } from './use-answer-text';
import { useThinkingSeconds } from './use-thinking-seconds';

export interface ConsensusTextProps {
  batch: Batch;
  consensus: Consensus;
  onShow: ShowPassage;
}

/** The signs of the answers behind a sentence: the first letters of who gave them. */
function useMarks({ batch, consensus }: ConsensusTextProps, text: string): SourceMark[] {
  const { t } = useTranslation();
  return useMemo(
    () =>
      consensus.sentences.map(({ passage, sources }) => {
        const names = sources
          .map((source) => batch.responses.find((answer) => answer.id === source.response_id)?.service_name)
          .filter((name) => name !== undefined);
        const unsure = names.length === 0;
        return {
          sentence: text.slice(passage.start, passage.end),
          sign: unsure ? '?' : names.map((name) => name.slice(0, 1).toUpperCase()).join(''),
          label: unsure ? t('consensus.noSource') : t('consensus.restsOn', { names: names.join(', ') }),
          unsure,
        };
      }),
    [batch.responses, consensus.sentences, text, t],
  );
}

/** The fused text; behind every sentence stands what it rests on. */
export function ConsensusText(props: ConsensusTextProps) {
  const { t } = useTranslation();
  const { consensus } = props;
  const { text, thoughts, citations, streaming, loading, problem, again } = useAnswerText(
    consensus.response,
    true,
  );
  const seconds = useThinkingSeconds(consensus.response, streaming && text === '' && thoughts !== '');
  const marks = useMarks(props, text);
  const tree = useMemo(() => (streaming || !text ? undefined : markSources(marks)), [marks, streaming, text]);
  const [chosen, setChosen] = useState<number | null>(null);
  const anchor = useRef<HTMLElement | null>(null);
  const whole = useRef<HTMLDivElement>(null);
  useTellGrowth(whole, streaming ? text : null);
  const onClick = (event: MouseEvent) => {
    const mark = (event.target as HTMLElement).closest<HTMLElement>('[data-sentence]');
    if (!mark) return;
    anchor.current = mark;
    setChosen(Number(mark.dataset.sentence));
  };
  const sentence = chosen === null ? undefined : consensus.sentences[chosen];

  if (problem && !text) {
    return (
      <Notice tone="bad" role="alert" action={<Button onClick={again}>{t('common.tryAgain')}</Button>}>
        {problem}
      </Notice>
    );
  }
  if (!text && !thoughts) {
    return loading || streaming ? (
      <div className="grid gap-2.5" role="status">
        <span className="sr-only">{t('common.loading')}</span>
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-2/3" />
      </div>
    ) : null;
  }
  return (
    // The buttons stand inside the text; this only hears them.
    // biome-ignore lint/a11y/useKeyWithClickEvents: a button's key press arrives as a click
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are the controls
    <div ref={whole} onClick={onClick} data-testid="consensus-text" className="min-w-0">
      <AnswerText text={text} streaming={streaming} marks={tree} thoughts={thoughts} seconds={seconds} />
      <Sources citations={citations} />
      {marks.length > 0 && !streaming && (
        <p className="mt-3 text-xs text-ink-faint">
          {t('consensus.legend')} {marks.some((mark) => mark.unsure) && t('consensus.legendUnsure')}
        </p>
      )}
      <Popover.Root open={sentence !== undefined} onOpenChange={(open) => !open && setChosen(null)}>
        <Popover.Anchor virtualRef={anchor as never} />
        <Popover.Portal>
          <Popover.Content
            sideOffset={6}
            collisionPadding={12}
            aria-label={t('consensus.behind')}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (anchor.current?.isConnected && document.activeElement === document.body)
                anchor.current.focus();
            }}
            className="rise z-50 grid max-w-[min(24rem,calc(100vw-2rem))] gap-2 rounded-xl bg-raised p-3 text-sm text-ink shadow-card ring-1 ring-line"
          >
            {sentence && (
              <Behind
                {...props}
                sentence={sentence}
                text={text.slice(sentence.passage.start, sentence.passage.end)}
                onShow={(...where) => {
                  setChosen(null);
                  props.onShow(...where);
                }}
              />
            )}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

type BehindProps = ConsensusTextProps & { sentence: AttributedSentence; text: string };

/** Who says a sentence, and who says otherwise. */
function Behind({ batch, sentence, text, onShow }: BehindProps) {
  const { t } = useTranslation();
  const answers = batch.responses;
  const there = sentence.sources.some((source) =>
    answers.some((answer) => answer.id === source.response_id && !answer.deleted),
  );
  return (
    <>
      {sentence.sources.length === 0 && <p>{t('consensus.noSourceMeans')}</p>}
      {sentence.sources.length > 0 && !there && <p>{t('consensus.sourcesGone')}</p>}
      {there && (
        <p>
          {t('consensus.saidBy')}{' '}
          <ClaimHolders sources={sentence.sources} answers={answers} point={text} onShow={onShow} />
        </p>
      )}
      {sentence.contradicted_by.length > 0 && (
        <p>
          {t('agreement.against')}{' '}
          <ClaimHolders
            sources={sentence.contradicted_by}
            answers={answers}
            point={text}
            against
            onShow={onShow}
          />
        </p>
      )}
    </>
  );
}
