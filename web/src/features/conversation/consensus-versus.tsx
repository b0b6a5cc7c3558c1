import { LoaderCircle, Scale } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { formatPercent } from '@/app/format';
import type { Batch, Consensus } from '@/generated/api';

/** What judges say of a consensus beside the best single answer, and the way to their ballots. */
export function ConsensusVersus({ batch, consensus }: { batch: Batch; consensus: Consensus }) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  const { comparison } = consensus;
  if (!comparison) return null;
  const { verdict, probability } = comparison;
  const single = batch.responses.find((answer) => answer.id === comparison.response_id);
  const preferred = probability != null && (verdict === 'better' || verdict === 'no_better');
  const Icon = verdict === 'pending' ? LoaderCircle : Scale;
  return (
    <p className="flex items-start gap-2 text-sm text-ink-soft" data-testid="versus" role="status">
      <Icon
        aria-hidden
        className={verdict === 'pending' ? 'mt-0.5 size-4 shrink-0 animate-spin' : 'mt-0.5 size-4 shrink-0'}
      />
      <span>
        {t(`versus.${verdict}`, { name: single?.service_name ?? '–' })}{' '}
        {preferred &&
          t('versus.sure', {
            percent: formatPercent(Math.round(Math.max(probability, 1 - probability) * 100)),
          })}{' '}
        {verdict !== 'pending' && comparison.ballots > 0 && (
          <button
            type="button"
            className="tap text-accent underline underline-offset-2"
            onClick={() =>
              setParams((params) => {
                params.set('panel', 'ballots');
                params.set('batch', batch.id);
                params.set('consensus', consensus.response.id);
                return params;
              })
            }
          >
            {t('versus.ballots')}
          </button>
        )}
      </span>
    </p>
  );
}
