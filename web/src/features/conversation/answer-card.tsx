import { Check, ChevronDown, ChevronUp, CircleStop, Ellipsis, RotateCw, Trash2, Undo2 } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLazyAnswerTextQuery } from '@/app/api';
import { reasonText } from '@/app/ranking-words';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { CopyButton } from '@/components/ui/copy-button';
import { Explained } from '@/components/ui/explained';
import { Menu, MenuItem } from '@/components/ui/menu';
import { Monogram } from '@/components/ui/monogram';
import { Badge } from '@/components/ui/notice';
import type { Response } from '@/generated/api';
import { CardFailure } from './card-failure';
import { CardFigures, CardStatus } from './card-status';
import { ExpandedAnswer } from './expanded-answer';
import { LiveText } from './live-text';
import { LONG_WORDS } from './long-words';
import { plainSummary } from './plain-summary';
import { Standing } from './score';
import { SourceCount } from './source-count';
import { ThoughtsLeft } from './thoughts-left';
import { canSelect, isRunning } from './turn-phase';
import type { Sought } from './use-sought-passage';
import type { TurnActions } from './use-turn-actions';

export interface AnswerCardProps {
  response: Response;
  /** The card's number for the keyboard, from 1. */
  number: number;
  kept: boolean;
  expanded: boolean;
  takeFocus: boolean;
  sought: Sought | null;
  wide: boolean;
  /** Other answers stand beside it where the screen has room. */
  beside: boolean;
  /** How many answers were ranked with it; 0 when there was nothing to compare with. */
  compared: number;
  /** The question came with images, which this service does not take. */
  textOnly: boolean;
  actions: TurnActions;
  onToggle(): void;
}

/** One service's answer: who, how it stands, the text or its summary, figures and what can be done. */
export function AnswerCard(props: AnswerCardProps) {
  const { response, number, kept, expanded, wide } = props;
  const card = useRef<HTMLElement>(null);
  const nameId = `answer-${response.id}`;
  /** Closing an answer leaves the reader at its card. */
  const toggle = () => {
    props.onToggle();
    if (expanded) card.current?.focus({ preventScroll: true });
  };
  return (
    <article
      ref={card}
      data-card={number}
      data-response={response.id}
      tabIndex={-1}
      aria-labelledby={nameId}
      className={cx(
        'flex min-w-0 flex-col gap-3 rounded-xl bg-surface p-4 shadow-card ring-1 ring-inset outline-offset-4',
        kept ? 'ring-2 ring-accent' : 'ring-line',
        (wide || expanded) && 'col-span-full sm:p-5',
        expanded && props.beside && 'huge:col-span-2',
        'scroll-mt-3',
      )}
    >
      <CardHead {...props} nameId={nameId} />
      {response.stage !== 'ranked' && response.stage !== 'answered' && <CardStatus response={response} />}
      <CardBody {...props} onToggle={toggle} />
      <CardFigures response={response} />
      <CardControls {...props} onToggle={toggle} />
    </article>
  );
}

function CardHead({ response, kept, compared, textOnly, nameId }: AnswerCardProps & { nameId: string }) {
  const { t } = useTranslation();
  const tooClose = response.tied && response.rank === 1 && compared > 1;
  return (
    <header className="flex items-start gap-2.5">
      <Monogram serviceId={response.service_id} name={response.service_name} voice={response.position} />
      <div className="min-w-0 flex-1">
        <h3 id={nameId} className="truncate leading-5 font-semibold" title={response.service_name}>
          {response.service_name}
        </h3>
        <p className="truncate font-mono text-xs text-ink-faint" title={response.model}>
          {response.model}
        </p>
        {(kept || response.tiny || tooClose || textOnly) && (
          <p className="mt-1 flex flex-wrap gap-1">
            {kept && (
              <Badge tone="accent">
                <Check aria-hidden className="size-3" />
                {t('card.kept')}
              </Badge>
            )}
            {response.tiny && <Badge tone="warn">{t('card.tiny')}</Badge>}
            {tooClose && <Badge>{t('score.tied')}</Badge>}
            {textOnly && (
              <Explained label={t('images.takesText')} explanation={t('images.whyTextOnly')}>
                <Badge>{t('images.takesText')}</Badge>
              </Explained>
            )}
          </p>
        )}
      </div>
      <Standing response={response} of={compared} />
    </header>
  );
}

function CardBody({ response, expanded, takeFocus, sought, wide, actions, onToggle }: AnswerCardProps) {
  if (expanded) {
    return (
      <>
        <ExpandedAnswer response={response} takeFocus={takeFocus} sought={sought} onClose={onToggle} />
        <Why response={response} />
      </>
    );
  }
  const height = wide ? 'min-h-0' : 'sm:min-h-56';
  if (isRunning(response)) {
    return (
      <div className="relative min-h-44 flex-1 sm:min-h-56">
        <LiveText response={response} />
      </div>
    );
  }
  if (response.stage === 'failed') {
    return (
      <div className={cx('flex-1', height)}>
        <ThoughtsLeft response={response} />
        <CardFailure response={response} actions={actions} />
      </div>
    );
  }
  return (
    <div className={cx('flex flex-1 flex-col gap-3', height)}>
      {response.stage === 'cancelled' && <ThoughtsLeft response={response} />}
      <Summary response={response} />
      <SourceCount response={response} />
      <Why response={response} />
    </div>
  );
}

/** Why it stands where it stands, in the words of the judges. */
function Why({ response }: { response: Response }) {
  const { t } = useTranslation();
  if (!response.reasoning || isRunning(response)) return null;
  return (
    <p className="max-w-[80ch] border-s-2 border-accent ps-3 text-sm text-ink-soft" data-testid="reasoning">
      <span className="font-medium text-ink">{t('card.why')}</span>{' '}
      <bdi>{response.agreement_reason ? reasonText(t, response.agreement_reason) : response.reasoning}</bdi>
    </p>
  );
}

function Summary({ response }: { response: Response }) {
  const { t } = useTranslation();
  if (response.summary) {
    return (
      <p
        className="max-w-[80ch] text-[0.9375rem] leading-relaxed break-words"
        dir="auto"
        data-testid="summary"
      >
        {plainSummary(response.summary)}
      </p>
    );
  }
  const note =
    response.stage === 'refused'
      ? t('card.refusedNote')
      : response.stage === 'cancelled'
        ? t(response.content_length > 0 ? 'card.stoppedWithText' : 'card.stoppedEmpty')
        : t('card.noSummary');
  return <p className="text-sm text-ink-soft">{note}</p>;
}

function CardControls(props: AnswerCardProps) {
  const { response, expanded, kept, actions, onToggle } = props;
  const { t } = useTranslation();
  const running = isRunning(response);
  const readable = response.content_length > 0 || running;
  return (
    <footer className="@container flex flex-wrap items-center gap-1.5 empty:hidden">
      {readable && response.stage !== 'failed' && (
        <Button
          data-action="expand"
          className={LONG_WORDS}
          aria-expanded={expanded}
          icon={
            expanded ? (
              <ChevronUp aria-hidden className="size-4" />
            ) : (
              <ChevronDown aria-hidden className="size-4" />
            )
          }
          onClick={onToggle}
        >
          {expanded ? t('card.collapse') : t('card.expand')}
        </Button>
      )}
      {canSelect(response) && (
        <Button
          data-action="select"
          className={LONG_WORDS}
          look={kept ? 'secondary' : 'primary'}
          aria-pressed={kept}
          icon={<Check aria-hidden className="size-4" />}
          onClick={() => (kept ? actions.deselect(response) : actions.select(response))}
        >
          {kept ? t('card.selected') : t('card.select')}
        </Button>
      )}
      {running && (
        <Button
          data-action="stop"
          icon={<CircleStop aria-hidden className="size-4" />}
          onClick={() => actions.stop(response)}
        >
          {t('card.stop')}
        </Button>
      )}
      {(response.stage === 'cancelled' || response.stage === 'refused') && (
        <Button
          data-action="retry"
          icon={<RotateCw aria-hidden className="size-4" />}
          onClick={() => actions.retry(response)}
        >
          {t('card.retry')}
        </Button>
      )}
      {!running && response.content_length > 0 && <CardMenu {...props} />}
    </footer>
  );
}

function CardMenu({ response, kept, actions }: AnswerCardProps) {
  const { t } = useTranslation();
  const [load] = useLazyAnswerTextQuery();
  const read = async () => {
    const whole = await load({ id: response.id, attempt: response.attempt }, true).unwrap();
    return whole.expanded_content ?? '';
  };
  return (
    <span className="ms-auto flex items-center">
      <CopyButton label={t('card.copy')} text={read} iconOnly />
      <Menu
        label={t('card.more', { name: response.service_name })}
        trigger={
          <IconButton
            label={t('card.more', { name: response.service_name })}
            icon={<Ellipsis aria-hidden className="size-4" />}
          />
        }
      >
        <MenuItem icon={<RotateCw aria-hidden className="size-4" />} onSelect={() => actions.retry(response)}>
          {t('card.askAgain')}
        </MenuItem>
        {kept ? (
          <MenuItem
            icon={<Undo2 aria-hidden className="size-4" />}
            onSelect={() => actions.deselect(response)}
          >
            {t('card.unselect')}
          </MenuItem>
        ) : (
          <MenuItem
            danger
            icon={<Trash2 aria-hidden className="size-4" />}
            onSelect={() => actions.remove(response)}
          >
            {t('card.removeAnswer')}
          </MenuItem>
        )}
      </Menu>
    </span>
  );
}
