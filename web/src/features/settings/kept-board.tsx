import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useListServicesQuery } from '@/app/api';
import { formatNumber, formatScore } from '@/app/format';
import { Button } from '@/components/ui/button';
import { Explained } from '@/components/ui/explained';
import { Monogram } from '@/components/ui/monogram';
import { Notice } from '@/components/ui/notice';
import { ScoreBar } from '@/components/ui/score-bar';
import type { Board, ServiceStanding } from '@/generated/api';

/** Below this many choices an order is chance more than preference. */
const ENOUGH = 10;

/** The standings for one topic, or for all, and whom to ask next. */
export function KeptBoard({ board }: { board: Board }) {
  const { t } = useTranslation();
  const selections = formatNumber(board.selections);
  return (
    <>
      {board.selections < ENOUGH ? (
        <Notice tone="info">
          <p className="font-medium">{t('kept.tooFew')}</p>
          <p>{t('kept.tooFewText', { selections, needed: formatNumber(ENOUGH) })}</p>
        </Notice>
      ) : (
        <p className="text-sm text-ink-soft">{t('kept.rests', { selections })}</p>
      )}
      <ol
        aria-label={t('kept.standings')}
        className="grid divide-y divide-line rounded-xl bg-surface ring-1 ring-line ring-inset"
      >
        {board.standings.map((standing) => (
          <StandingRow key={standing.service_id} standing={standing} />
        ))}
      </ol>
      <ProposedPanel ids={board.proposed_panel} />
    </>
  );
}

function StandingRow({ standing }: { standing: ServiceStanding }) {
  const { t } = useTranslation();
  const { score, low, high } = standing;
  const points = t('score.points', {
    score: formatScore(score),
    low: formatScore(low),
    high: formatScore(high),
  });
  return (
    <li className="flex items-center gap-3 px-4 py-3" data-testid="standing">
      <Monogram serviceId={standing.service_id} name={standing.service_name} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold break-words">{standing.service_name}</p>
        <p className="text-sm text-ink-soft tabular-nums">
          {t('kept.keptOf', {
            kept: formatNumber(standing.kept),
            choices: formatNumber(standing.choices),
          })}
        </p>
      </div>
      <Explained
        label={points}
        explanation={
          <>
            <p>{points}</p>
            <p className="text-ink-soft">{t('kept.method')}</p>
          </>
        }
      >
        <ScoreBar score={score} low={low} high={high} />
      </Explained>
    </li>
  );
}

function ProposedPanel({ ids }: { ids: string[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useListServicesQuery();
  const services = ids.flatMap((id) => data?.items.find((service) => service.id === id) ?? []);
  if (services.length === 0) return null;
  return (
    <section className="grid gap-3" aria-labelledby="proposed-panel">
      <div>
        <h3 id="proposed-panel" className="font-semibold">
          {t('kept.panel')}
        </h3>
        <p className="text-sm text-ink-soft">{t('kept.panelText')}</p>
      </div>
      <ul className="flex flex-wrap gap-2">
        {services.map((service) => (
          <li
            key={service.id}
            className="flex min-w-0 items-center gap-2 rounded-lg bg-surface px-3 py-2 text-sm ring-1 ring-line ring-inset"
          >
            <Monogram serviceId={service.id} name={service.name} size="small" />
            <span className="min-w-0 break-words">{service.name}</span>
          </li>
        ))}
      </ul>
      <Button
        look="primary"
        className="justify-self-start"
        onClick={() => navigate('/', { state: { service_ids: services.map((service) => service.id) } })}
      >
        {t('kept.askPanel')}
      </Button>
    </section>
  );
}
