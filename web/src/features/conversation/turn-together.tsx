import { RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Batch } from '@/generated/api';
import { AgreementPanel } from './agreement-panel';
import type { ShowPassage } from './claim-holders';
import { ConsensusCard } from './consensus-card';
import { ConsensusMaker } from './consensus-maker';
import { isAnswer, missedByRanking } from './staleness';
import { isRunning, type TurnPhase } from './turn-phase';
import type { TurnActions } from './use-turn-actions';

export interface TurnTogetherProps {
  batch: Batch;
  phase: TurnPhase;
  keptId: string | null;
  actions: TurnActions;
  onShow: ShowPassage;
}

/** What the answers of a turn come to together: where they agree, and the one made of them. */
export function TurnTogether({ batch, phase, keptId, actions, onShow }: TurnTogetherProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const there = useMemo(
    () => batch.consensuses.filter((consensus) => !consensus.response.deleted),
    [batch.consensuses],
  );
  const kept = there.find((consensus) => consensus.response.id === keptId);
  const shown = kept ? [kept, ...there.filter((consensus) => consensus !== kept)] : there;
  const points = new Set(batch.agreement?.claims.map((claim) => claim.text));
  const wanted = [...ticked].filter((text) => points.has(text));
  const canMake =
    batch.status === 'COMPLETED' &&
    batch.responses.filter(isAnswer).length > 1 &&
    !there.some((consensus) => isRunning(consensus.response));
  const tick = (text: string) =>
    setTicked((before) => {
      const after = new Set(before);
      if (!after.delete(text)) after.add(text);
      return after;
    });
  return (
    <>
      <StaleRanking batch={batch} actions={actions} />
      {phase.phase !== 'pruned' && (
        <AgreementPanel batch={batch} ticked={canMake ? ticked : null} onTick={tick} onShow={onShow} />
      )}
      {canMake && phase.phase !== 'pruned' && (
        <ConsensusMaker
          batchId={batch.id}
          ticked={wanted.length}
          again={there.length > 0}
          onMake={(serviceId) => actions.fuse(wanted, serviceId)}
        />
      )}
      {shown.map((consensus, index) => (
        <ConsensusCard
          key={consensus.response.id}
          batch={batch}
          consensus={consensus}
          kept={consensus === kept}
          folded={index > 0 || (keptId !== null && consensus !== kept)}
          actions={actions}
          onShow={onShow}
        />
      ))}
    </>
  );
}

/** Says that an answer came after the ranking on screen, and ranks again. */
function StaleRanking({ batch, actions }: { batch: Batch; actions: TurnActions }) {
  const { t } = useTranslation();
  const missed = missedByRanking(batch);
  if (missed.length === 0 || batch.pruned) return null;
  const names = missed.map((response) => response.service_name).join(', ');
  const again = batch.status === 'COMPLETED' && (
    <Button
      data-action="rank-again"
      icon={<RotateCw aria-hidden className="size-4" />}
      onClick={actions.rankAgain}
    >
      {t('batch.rankAgain')}
    </Button>
  );
  return (
    <Notice tone="warn" action={again || undefined}>
      <span data-testid="stale-ranking">{t('batch.rankedBefore', { names })}</span>
    </Notice>
  );
}
