import { useTranslation } from 'react-i18next';
import { formatExact, formatNumber } from '@/app/format';
import type { HealthStretch } from '@/generated/api';

const HEIGHT = 28;
const STEP = 6;

/** How the calls of a service went, stretch by stretch: answered from below, failed from above. */
export function HealthStrip({
  stretches,
  completed,
  failed,
}: {
  stretches: HealthStretch[];
  completed: number;
  failed: number;
}) {
  const { t } = useTranslation();
  const most = Math.max(1, ...stretches.map((stretch) => stretch.completed + stretch.failed));
  const part = (calls: number) => (calls === 0 ? 0 : Math.max(3, (calls / most) * HEIGHT));
  return (
    <svg
      role="img"
      viewBox={`0 0 ${stretches.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-7 w-full rounded bg-sunken"
      aria-label={t('adminServices.strip', {
        completed: formatNumber(completed),
        all: formatNumber(completed + failed),
      })}
    >
      {stretches.map((stretch, at) => {
        const bad = Math.min(HEIGHT, part(stretch.failed));
        const good = Math.min(HEIGHT - bad, part(stretch.completed));
        return (
          <g key={stretch.at}>
            <title>
              {t('adminServices.stretch', {
                at: formatExact(stretch.at),
                completed: stretch.completed,
                failed: stretch.failed,
              })}
            </title>
            <rect x={at * STEP} y={0} width={STEP} height={HEIGHT} fill="transparent" />
            <rect x={at * STEP + 1} y={HEIGHT - good} width={STEP - 2} height={good} fill="var(--good)" />
            <rect x={at * STEP + 1} y={0} width={STEP - 2} height={bad} fill="var(--bad)" />
          </g>
        );
      })}
    </svg>
  );
}
