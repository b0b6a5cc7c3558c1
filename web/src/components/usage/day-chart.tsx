import { useTranslation } from 'react-i18next';
import { formatDate } from '@/app/format';
import { highest, type ServiceDays } from './figures';

const WIDTH = 640;
const HEIGHT = 180;
const LEFT = 4;

interface DayChartProps {
  chart: ServiceDays;
  stacked: boolean;
  title: string;
  format(value: number): string;
}

const colour = (at: number) => `var(--voice-${(at % 8) + 1})`;
const dashes = ['', '6 3', '2 3', '8 3 2 3'];

/**
 * Values of services by day: stacked bars where they add up, else a line each. The picture is one
 * image to a screen reader; its numbers stand in the table that can be opened beneath.
 */
export function DayChart({ chart, stacked, title, format }: DayChartProps) {
  const { t } = useTranslation();
  const top = highest(chart, stacked);
  const first = chart.days[0] ?? '';
  const last = chart.days.at(-1) ?? '';
  const label = t('usage.chartLabel', {
    title,
    from: formatDate(first),
    to: formatDate(last),
    most: format(top),
  });
  return (
    <figure className="grid gap-2" data-testid="day-chart">
      <div className="relative">
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${WIDTH} ${HEIGHT + 4}`}
          preserveAspectRatio="none"
          className="h-44 w-full sm:h-52"
        >
          {[0, 0.5, 1].map((part) => (
            <line
              key={part}
              x1={0}
              x2={WIDTH}
              y1={HEIGHT * part + 2}
              y2={HEIGHT * part + 2}
              className="stroke-line"
              strokeWidth={1}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {stacked ? <Bars chart={chart} top={top} format={format} /> : <Lines chart={chart} top={top} />}
        </svg>
        {top > 0 && (
          <p
            aria-hidden
            className="pointer-events-none absolute inset-0 text-[0.6875rem] text-ink-faint tabular-nums"
          >
            <span className="absolute start-0 top-1 rounded bg-surface/80 px-1">{format(top)}</span>
            <span className="absolute start-0 top-1/2 rounded bg-surface/80 px-1">{format(top / 2)}</span>
          </p>
        )}
      </div>
      <div aria-hidden className="flex justify-between text-xs text-ink-faint tabular-nums">
        <span>{formatDate(first)}</span>
        <span>{formatDate(last)}</span>
      </div>
      <figcaption>
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
          {chart.series.map((one, at) => (
            <li key={one.id} className="flex items-center gap-1.5">
              <svg aria-hidden="true" width={stacked ? 10 : 18} height="10">
                {stacked ? (
                  <rect width="10" height="10" rx="2" style={{ fill: colour(at) }} />
                ) : (
                  <line
                    x2="18"
                    y1="5"
                    y2="5"
                    strokeWidth="2.5"
                    strokeDasharray={dashes[at % dashes.length]}
                    style={{ stroke: colour(at) }}
                  />
                )}
              </svg>
              {one.name}
            </li>
          ))}
        </ul>
      </figcaption>
      <DayTable chart={chart} title={title} format={format} />
    </figure>
  );
}

function Bars({ chart, top, format }: { chart: ServiceDays; top: number; format(value: number): string }) {
  const step = (WIDTH - LEFT * 2) / chart.days.length;
  return chart.days.map((day, at) => {
    let below = 0;
    return (
      <g key={day}>
        {chart.series.map((one, number) => {
          const value = one.values[at] ?? 0;
          const height = top > 0 ? (value / top) * HEIGHT : 0;
          below += height;
          return (
            height > 0 && (
              <rect
                key={one.id}
                x={LEFT + at * step + step * 0.12}
                y={HEIGHT + 2 - below}
                width={Math.min(step * 0.76, 48)}
                height={height}
                style={{ fill: colour(number) }}
              >
                <title>{`${formatDate(day)}, ${one.name}: ${format(value)}`}</title>
              </rect>
            )
          );
        })}
      </g>
    );
  });
}

function Lines({ chart, top }: { chart: ServiceDays; top: number }) {
  const step = (WIDTH - LEFT * 2) / chart.days.length;
  return chart.series.map((one, number) => {
    const points = one.values.flatMap((value, at) =>
      value === null
        ? []
        : [{ x: LEFT + (at + 0.5) * step, y: HEIGHT + 2 - (top > 0 ? (value / top) * (HEIGHT - 6) : 0) }],
    );
    return (
      <g key={one.id} style={{ stroke: colour(number), fill: colour(number) }}>
        <polyline
          points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
          fill="none"
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
          strokeDasharray={dashes[number % dashes.length]}
        />
        {points.map(({ x, y }) => (
          <circle key={x} cx={x} cy={y} r={3} vectorEffect="non-scaling-stroke" />
        ))}
      </g>
    );
  });
}

function DayTable({ chart, title, format }: Omit<DayChartProps, 'stacked'>) {
  const { t } = useTranslation();
  const days = chart.days.filter((_, at) => chart.series.some((one) => one.values[at] !== null));
  return (
    <details className="text-sm">
      <summary className="tap w-fit cursor-pointer rounded-md text-accent">{t('usage.asTable')}</summary>
      <div className="mt-2 overflow-x-auto" role="region" aria-label={title} tabIndex={0}>
        <table className="text-sm">
          <thead className="text-ink-faint">
            <tr>
              <th className="py-1 pe-6 text-start font-medium">{t('usage.day')}</th>
              {chart.series.map((one) => (
                <th key={one.id} className="py-1 pe-6 text-end font-medium">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day} className="border-t border-line">
                <th className="py-1 pe-6 text-start font-normal whitespace-nowrap">{formatDate(day)}</th>
                {chart.series.map((one) => {
                  const value = one.values[chart.days.indexOf(day)] ?? null;
                  return (
                    <td key={one.id} className="py-1 pe-6 text-end tabular-nums">
                      {value === null ? '–' : format(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
