import { Check, ChevronDown, ChevronUp, CircleStop, Combine, RotateCw, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLazyAnswerTextQuery } from '@/app/api';
import { failureText } from '@/app/failure-words';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { CopyButton } from '@/components/ui/copy-button';
import { Badge, Notice } from '@/components/ui/notice';
import type { Batch, Consensus } from '@/generated/api';
import { CardFailure } from './card-failure';
import { CardFigures, CardStatus } from './card-status';
import type { ShowPassage } from './claim-holders';
import { ConsensusText } from './consensus-text';
import { ConsensusVersus } from './consensus-versus';
import { LONG_WORDS } from './long-words';
import { staleness } from './staleness';
import { canSelect, isRunning } from './turn-phase';
import type { TurnActions } from './use-turn-actions';

export interface ConsensusCardProps {
  batch: Batch;
  consensus: Consensus;
  kept: boolean;
  /** Another answer is kept, or a newer consensus stands above it: it begins folded. */
  folded: boolean;
  actions: TurnActions;
  onShow: ShowPassage;
}

/** The fused answer: what it is made from, its text with the sources, and what can be done with it. */
export function ConsensusCard(props: ConsensusCardProps) {
  const { consensus, kept, folded } = props;
  const { t } = useTranslation();
  const { response } = consensus;
  const [choice, setChoice] = useState<boolean | null>(null);
  const open = choice ?? (!folded || isRunning(response));
  const nameId = `consensus-${response.id}`;
  return (
    <article
      data-card="consensus"
      data-response={response.id}
      data-testid="consensus"
      tabIndex={-1}
      aria-labelledby={nameId}
      className={cx(
        'flex min-w-0 scroll-mt-3 flex-col gap-3 rounded-xl bg-surface p-4 shadow-card ring-1 ring-inset outline-offset-4 sm:p-5',
        kept ? 'ring-2 ring-accent' : 'ring-line',
      )}
    >
      <header className="flex items-start gap-2.5">
        <span aria-hidden className="grid size-8 place-items-center rounded-lg bg-sunken text-accent">
          <Combine className="size-4.5" />
        </span>
        <div className="min-w-0 flex-1">
          <h3 id={nameId} className="leading-5 font-semibold">
            {t('consensus.title')}
          </h3>
          <p className="text-xs text-ink-faint">
            <MadeFrom {...props} />
          </p>
        </div>
        {kept && (
          <Badge tone="accent">
            <Check aria-hidden className="size-3" />
            {t('card.kept')}
          </Badge>
        )}
      </header>
      {response.stage !== 'answered' && <CardStatus response={response} />}
      <Notes {...props} />
      {response.stage === 'failed' ? (
        <CardFailure response={response} actions={props.actions} />
      ) : (
        open && <ConsensusText {...props} />
      )}
      <ConsensusVersus batch={props.batch} consensus={consensus} />
      <CardFigures response={response} />
      <Controls {...props} open={open} onToggle={() => setChoice(!open)} />
    </article>
  );
}

function MadeFrom({ batch, consensus }: ConsensusCardProps) {
  const { t } = useTranslation();
  const names = consensus.source_ids
    .map((id) => batch.responses.find((answer) => answer.id === id)?.service_name)
    .filter((name) => name !== undefined);
  const by = t('consensus.writtenBy', { name: consensus.response.service_name });
  return <>{names.length > 0 ? `${by} ${t('consensus.madeFrom', { names: names.join(', ') })}` : by}</>;
}

/** Who could not write it, and what has changed since it was written. */
function Notes({ batch, consensus, actions }: ConsensusCardProps) {
  const { t } = useTranslation();
  const { missed, gone } = staleness(batch, consensus);
  const names = (answers: { service_name: string }[]) =>
    answers.map((answer) => answer.service_name).join(', ');
  const keep = consensus.keep.map((claim) => claim.text);
  const known = new Set(batch.agreement?.claims.map((claim) => claim.text));
  return (
    <>
      {consensus.passed_over.map((past) => (
        <p key={past.service_id} className="text-xs text-ink-soft" data-testid="passed-over">
          {t('consensus.passedOver', { name: past.service_name, reason: failureText(t, past) })}
        </p>
      ))}
      {(missed.length > 0 || gone.length > 0) && (
        <Notice
          tone="warn"
          action={
            <Button
              icon={<RotateCw aria-hidden className="size-4" />}
              onClick={() =>
                void actions.fuse(
                  keep.filter((text) => known.has(text)),
                  null,
                )
              }
            >
              {t('consensus.makeAgain')}
            </Button>
          }
        >
          <span data-testid="stale-consensus">
            {missed.length > 0 && t('consensus.staleMissed', { names: names(missed) })}{' '}
            {gone.length > 0 && t('consensus.staleGone', { names: names(gone) })}
          </span>
        </Notice>
      )}
    </>
  );
}

type ControlsProps = ConsensusCardProps & { open: boolean; onToggle(): void };

function Controls({ consensus, kept, actions, open, onToggle }: ControlsProps) {
  const { t } = useTranslation();
  const [load] = useLazyAnswerTextQuery();
  const { response } = consensus;
  const running = isRunning(response);
  const read = async () => {
    const whole = await load({ id: response.id, attempt: response.attempt }, true).unwrap();
    return whole.expanded_content ?? '';
  };
  return (
    <footer className="@container flex flex-wrap items-center gap-1.5">
      {!running && response.content_length > 0 && response.stage !== 'failed' && (
        <Button
          data-action="expand"
          className={LONG_WORDS}
          aria-expanded={open}
          icon={
            open ? (
              <ChevronUp aria-hidden className="size-4" />
            ) : (
              <ChevronDown aria-hidden className="size-4" />
            )
          }
          onClick={onToggle}
        >
          {open ? t('card.collapse') : t('card.expand')}
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
      {!running && response.stage !== 'failed' && (
        <span className="ms-auto flex items-center">
          {response.content_length > 0 && <CopyButton label={t('card.copy')} text={read} iconOnly />}
          {kept ? (
            <Button
              look="quiet"
              icon={<Undo2 aria-hidden className="size-4" />}
              onClick={() => actions.deselect(response)}
            >
              {t('card.unselect')}
            </Button>
          ) : (
            <Button
              look="quiet"
              data-action="remove"
              icon={<Trash2 aria-hidden className="size-4" />}
              onClick={() => actions.remove(response)}
            >
              {t('card.remove')}
            </Button>
          )}
        </span>
      )}
    </footer>
  );
}
