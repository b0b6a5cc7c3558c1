import { useTranslation } from 'react-i18next';
import { formatPercent, formatScore } from '@/app/format';
import { Notice } from '@/components/ui/notice';
import { ScoreBar } from '@/components/ui/score-bar';
import type { Response } from '@/generated/api';
import { AnswerNames } from './answer-names';
import { agreementWord, flags, isMarked, type RankingRecord, stopOf } from './ranking-record';

export interface HowItCameProps {
  record: RankingRecord;
  responses: Response[];
}

/** How the order on the cards follows from the ballots, in words that need no statistics. */
export function HowItCame({ record, responses }: HowItCameProps) {
  const { t } = useTranslation();
  const stopped = stopOf(record);
  const { judge_agreement: agreement, position_effect: place, length_effect: length } = record.diagnostics;
  const raised = flags.filter((flag) => record.flags[flag]);
  const sentences = [
    stopped && t(`ballots.stopped.${stopped}`),
    agreement != null &&
      t(`ballots.agreement.${agreementWord(agreement)}`, { share: formatScore(agreement) }),
    isMarked(place) && t(place > 0 ? 'ballots.placeFirst' : 'ballots.placeLast'),
    isMarked(length) && t(length > 0 ? 'ballots.longer' : 'ballots.shorter'),
  ].filter(Boolean);
  return (
    <section className="grid grid-cols-1 gap-3" aria-labelledby="how-it-came" data-testid="how-it-came">
      <h3 id="how-it-came" className="font-semibold">
        {t('ballots.how')}
      </h3>
      {raised.map((flag) => (
        <Notice key={flag} tone={flag === 'too_close_at_the_top' || flag === 'partial' ? 'info' : 'warn'}>
          {t(`ballots.flags.${flag}`)}
        </Notice>
      ))}
      <Order record={record} responses={responses} />
      {sentences.length > 0 && (
        <ul className="grid list-disc gap-1 ps-5 text-sm text-ink-soft">
          {sentences.map((sentence) => (
            <li key={String(sentence)}>{sentence}</li>
          ))}
        </ul>
      )}
      {record.pairs.length > 0 && <Pairs record={record} responses={responses} />}
    </section>
  );
}

function Order({ record, responses }: HowItCameProps) {
  const { t } = useTranslation();
  return (
    <ol className="grid divide-y divide-line rounded-xl ring-1 ring-line ring-inset">
      {record.entries.map((entry) => (
        <li key={entry.response_id} className="flex items-center gap-3 px-4 py-2.5 text-sm">
          <span className="w-5 shrink-0 text-end text-ink-faint tabular-nums">{entry.rank ?? '–'}</span>
          <span className="grid min-w-0 flex-1 gap-0.5">
            <AnswerNames ids={[entry.response_id]} responses={responses} />
            {entry.tied && <span className="text-xs text-ink-faint">{t('score.tied')}</span>}
            {entry.flagged && <span className="text-xs text-warn">{t('ballots.withheld')}</span>}
          </span>
          {entry.score && <ScoreBar score={entry.score[0]} low={entry.score[1]} high={entry.score[2]} />}
        </li>
      ))}
    </ol>
  );
}

/** "Aria before Bolt: 72 %", for every two answers. */
function Pairs({ record, responses }: HowItCameProps) {
  const { t } = useTranslation();
  const nameOf = (id: string) => responses.find((known) => known.id === id)?.service_name ?? id;
  return (
    <details className="text-sm">
      <summary className="tap inline-flex items-center text-accent">{t('ballots.pairs')}</summary>
      <p className="mt-1 text-ink-soft">{t('ballots.pairsText')}</p>
      <ul className="mt-2 grid gap-1">
        {record.pairs.map((pair) => (
          <li key={`${pair.first} ${pair.second}`} className="flex flex-wrap justify-between gap-x-3">
            <span>{t('ballots.before', { first: nameOf(pair.first), second: nameOf(pair.second) })}</span>
            <span className="tabular-nums text-ink-soft">
              {pair.too_close_to_call && `${t('score.tied')} · `}
              {formatPercent(Math.round(pair.probability * 100))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
