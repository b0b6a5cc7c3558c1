import { type CSSProperties, memo, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListServicesQuery } from '@/app/api';
import { ImageStrip } from '@/components/images/image-strip';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Badge, Notice } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Batch, BatchStatus, Message } from '@/generated/api';
import { AnswerCard } from './answer-card';
import { AnswerLine } from './answer-line';
import { BatchLine } from './batch-line';
import { useThreadScroll } from './thread-scroll';
import { TurnMenu } from './turn-menu';
import { turnPhase } from './turn-phase';
import { TurnTogether } from './turn-together';
import { useCardOrder } from './use-card-order';
import { useNearView } from './use-near-view';
import { useOpenAnswers } from './use-open-answers';
import { type TurnActions, useTurnActions } from './use-turn-actions';

export interface TurnProps {
  message: Message;
  last: boolean;
  /** True for one of the newest turns, which are in view when a thread opens. */
  recent: boolean;
}

const RUNNING = new Set<BatchStatus>(['PENDING', 'PROCESSING', 'RANKING']);

/** One question and all its answers; far outside of the view the question's words alone. */
export const Turn = memo(function Turn({ message, last, recent }: TurnProps) {
  const { t } = useTranslation();
  const section = useRef<HTMLElement>(null);
  const busy = message.batch != null && RUNNING.has(message.batch.status);
  const { near, height } = useNearView(section, { always: last || busy, atFirst: recent });
  return (
    <section
      ref={section}
      data-turn={message.id}
      style={near ? undefined : { height }}
      aria-label={t('turn.label')}
      className={cx(
        'grid grid-cols-1 content-start gap-4 py-6 first:pt-2',
        // Words keep their measure on a large screen; only answers beside each other take the room.
        'huge:*:mx-auto huge:*:w-full huge:*:max-w-[73rem] huge:*:data-beside:max-w-[max(73rem,calc(var(--across)*32rem))]',
        !last && 'turn border-b border-line',
      )}
    >
      {near ? <NearTurn message={message} /> : <QuestionText message={message} clamped />}
    </section>
  );
});

function NearTurn({ message }: { message: Message }) {
  const actions = useTurnActions(message);
  return (
    <>
      <Question message={message} actions={actions} />
      {message.batch && (
        <Answers batch={message.batch} withImages={message.attachments.length > 0} actions={actions} />
      )}
    </>
  );
}

const LONG_QUESTION = 900;

function QuestionText({ message, clamped }: { message: Message; clamped: boolean }) {
  return (
    <h2
      dir="auto"
      data-testid="question"
      className={cx(
        'max-w-[62ch] font-serif text-[1.3125rem] leading-snug break-words whitespace-pre-wrap',
        clamped && 'line-clamp-6',
        message.excluded && 'text-ink-faint',
      )}
    >
      {message.content}
    </h2>
  );
}

function Question({ message, actions }: { message: Message; actions: TurnActions }) {
  const { t } = useTranslation();
  const long = message.content.length > LONG_QUESTION;
  const [open, setOpen] = useState(false);
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <QuestionText message={message} clamped={long && !open} />
        {message.attachments.length > 0 && (
          <div className="mt-3">
            <ImageStrip images={message.attachments} />
          </div>
        )}
        <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-ink-faint">
          <RelativeTime at={message.created_at} />
          {message.excluded && <Badge>{t('turn.excluded')}</Badge>}
        </p>
        {long && (
          <Button look="quiet" className="mt-1 -ms-3" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? t('turn.showLess') : t('turn.showAll')}
          </Button>
        )}
      </div>
      <TurnMenu message={message} actions={actions} />
    </div>
  );
}

const NOBODY: ReadonlySet<string> = new Set();

/** The services that got the text of a turn without its images. */
function useTextOnly(withImages: boolean): ReadonlySet<string> {
  const { data } = useListServicesQuery(undefined, { skip: !withImages });
  return useMemo(() => {
    if (!withImages || !data) return NOBODY;
    return new Set(data.items.filter((service) => !service.vision).map((service) => service.id));
  }, [data, withImages]);
}

function columns(count: number): string {
  if (count <= 1) return 'grid-cols-1';
  if (count === 2 || count === 4) return 'grid-cols-1 md:grid-cols-2';
  return 'grid-cols-1 md:grid-cols-2 xl:grid-cols-3';
}

/** On a screen with room an opened answer takes two columns, and the others stay beside it. */
const ROOMY = [
  '',
  '',
  'huge:grid-cols-2',
  'huge:grid-cols-3',
  'huge:grid-cols-4',
  'huge:grid-cols-4 vast:grid-cols-5',
  'huge:grid-cols-4 vast:grid-cols-6',
];

function roomyColumns(shown: number, open: number): string {
  return ROOMY[Math.min(shown + open, ROOMY.length - 1)] ?? '';
}

function Answers(props: { batch: Batch; withImages: boolean; actions: TurnActions }) {
  const { batch, actions } = props;
  const { t } = useTranslation();
  const textOnly = useTextOnly(props.withImages);
  const thread = useThreadScroll();
  const grid = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => batch.responses.filter((response) => !response.deleted), [batch.responses]);
  const { ordered, pending, sortNow } = useCardOrder(shown, grid);
  const phase = turnPhase(batch);
  const keptId = phase.phase === 'selected' || phase.phase === 'pruned' ? (phase.kept?.id ?? null) : null;
  const { isOpen, toggle, show, focusFor, sought } = useOpenAnswers(keptId);

  const cards = keptId
    ? [...ordered].sort((a, b) => Number(b.id === keptId) - Number(a.id === keptId))
    : ordered;
  const open = cards.filter(isOpen).length;
  const beside = !keptId && shown.length > 1;
  const ranked = batch.ranking_method === 'single' ? 0 : shown.filter(({ rank }) => rank != null).length;
  const tiny = shown.some((response) => response.tiny);
  return (
    <>
      <div
        ref={grid}
        onClickCapture={thread.release}
        className={cx(
          'grid grid-flow-row-dense gap-3',
          columns(keptId ? 1 : shown.length - open),
          beside && roomyColumns(shown.length, open),
          beside && open > 0 && 'huge:items-start',
        )}
        data-phase={phase.phase}
        data-beside={beside || undefined}
        style={{ '--across': shown.length + open } as CSSProperties}
      >
        {cards.map((response, index) =>
          keptId && response.id !== keptId && !isOpen(response) ? (
            <AnswerLine
              key={response.id}
              response={response}
              number={index + 1}
              actions={actions}
              onToggle={() => toggle(response)}
            />
          ) : (
            <AnswerCard
              key={response.id}
              response={response}
              number={index + 1}
              kept={response.id === keptId}
              expanded={isOpen(response)}
              takeFocus={focusFor === response.id}
              sought={sought?.responseId === response.id ? sought : null}
              wide={response.id === keptId}
              beside={beside}
              compared={ranked}
              textOnly={textOnly.has(response.service_id)}
              actions={actions}
              onToggle={() => toggle(response)}
            />
          ),
        )}
      </div>
      {shown.length === 0 && keptId === null && (
        <p className="text-sm text-ink-soft">{t('turn.allRemoved')}</p>
      )}
      {tiny && <Notice tone="warn">{t('turn.tinyNote')}</Notice>}
      <BatchLine batch={batch} phase={phase} actions={actions} sortPending={pending} onSort={sortNow} />
      <TurnTogether batch={batch} phase={phase} keptId={keptId} actions={actions} onShow={show} />
    </>
  );
}
