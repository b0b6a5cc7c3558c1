import { useTranslation } from 'react-i18next';
import { formatPercent } from '@/app/format';
import { reasonText, remarkText } from '@/app/ranking-words';
import { Notice } from '@/components/ui/notice';
import { ScoreBar } from '@/components/ui/score-bar';
import type { Ballot, Ranking, Response } from '@/generated/api';
import { AnswerNames } from './answer-names';
import { agreementWord, flags, isMarked, type RankingRecord, stopOf } from './ranking-record';

export interface HowItCameProps {
  record: RankingRecord;
  ranking: Ranking;
  ballots: Ballot[];
  responses: Response[];
}

const unflagged = new Set([
  'no_judge',
  'named_judges_missing',
  'some_named_judges_missing',
  'no_ballot_counted',
  'judges_too_weak',
  'stopped',
  'given_up',
]);

/** How the order on the cards follows from the ballots, in words that need no statistics. */
export function HowItCame({ record, ranking, ballots, responses }: HowItCameProps) {
  const { t } = useTranslation();
  const stopped = stopOf(record);
  const { judge_agreement: agreement, position_effect: place, length_effect: length } = record.diagnostics;
  const raised = flags.filter((flag) => record.flags[flag]);
  // What has no flag of its own: why nobody was asked, or whose ballots are missing.
  const remarks = (record.remarks ?? []).filter((remark) => unflagged.has(remark.code));
  const sentences = [
    stopped && t(`ballots.stopped.${stopped}`),
    agreement != null &&
      t(`ballots.agreement.${agreementWord(agreement)}`, {
        share: formatPercent(Math.round(agreement * 100)),
      }),
    isMarked(place) && t(place > 0 ? 'ballots.placeFirst' : 'ballots.placeLast'),
    isMarked(length) && t(length > 0 ? 'ballots.longer' : 'ballots.shorter'),
  ].filter(Boolean);
  return (
    <section className="grid grid-cols-1 gap-3" aria-labelledby="how-it-came" data-testid="how-it-came">
      <h3 id="how-it-came" className="font-semibold">
        {t('ballots.how')}
      </h3>
      <WhoVoted ranking={ranking} ballots={ballots} />
      {remarks.map((remark) => (
        <Notice key={remark.code} tone="info">
          {sentence(remarkText(t, remark))}
        </Notice>
      ))}
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

/** Remarks are parts of a line elsewhere. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Whose votes it rests on, in a sentence, before anything else. */
function WhoVoted({ ranking, ballots }: Pick<HowItCameProps, 'ranking' | 'ballots'>) {
  const { t } = useTranslation();
  const names = (of: Ballot[]) => [...new Set(of.map((ballot) => ballot.judge_name))];
  const counted = ballots.filter((ballot) => ballot.status === 'voted' && ballot.weight > 0);
  const voted = names(counted);
  const again = voted.length === 1 && counted.length > 1;
  const lost = names(ballots).filter((name) => !voted.includes(name));
  return (
    <div className="grid gap-1 text-sm text-ink-soft" data-testid="who-voted">
      <p className="text-ink">
        {voted.length === 0
          ? t('ballots.nobody')
          : again
            ? t('ballots.votedAgain', { names: voted[0] ?? '', ballots: counted.length })
            : t('ballots.whoVoted', { count: voted.length, names: voted.join(', ') })}
      </p>
      {lost.length > 0 && <p>{t('ballots.notCounted', { names: lost.join(', ') })}</p>}
      {ranking.named_judges.length > 0 && (
        <p>{t('ballots.namedBy', { names: ranking.named_judges.join(', ') })}</p>
      )}
      {voted.length > 0 && <p>{t('ballots.reading')}</p>}
    </div>
  );
}

function Order({ record, responses }: Pick<HowItCameProps, 'record' | 'responses'>) {
  const { t } = useTranslation();
  return (
    <ol className="grid divide-y divide-line rounded-xl ring-1 ring-line ring-inset">
      {record.entries.map((entry) => (
        <li key={entry.response_id} className="flex items-center gap-3 px-4 py-2.5 text-sm">
          <span className="w-5 shrink-0 text-end text-ink-faint tabular-nums">{entry.rank ?? '–'}</span>
          <span className="grid min-w-0 flex-1 gap-0.5">
            <AnswerNames ids={[entry.response_id]} responses={responses} />
            {entry.agreement_reason && (
              <span className="text-xs text-ink-faint">{reasonText(t, entry.agreement_reason)}</span>
            )}
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
function Pairs({ record, responses }: Pick<HowItCameProps, 'record' | 'responses'>) {
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
