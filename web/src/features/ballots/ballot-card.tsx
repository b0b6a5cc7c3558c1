import { useTranslation } from 'react-i18next';
import { formatMoney, formatPercent, formatScore } from '@/app/format';
import { Badge, Notice } from '@/components/ui/notice';
import type { Ballot, BallotItem, Response } from '@/generated/api';
import { AnswerNames } from './answer-names';
import { voidWords } from './void-words';

export interface BallotCardProps {
  ballot: Ballot;
  responses: Response[];
}

/** One ballot: whose, how much it counts and why, the order it gives, and what it says of each answer. */
export function BallotCard({ ballot, responses }: BallotCardProps) {
  const { t } = useTranslation();
  const tone = ballot.status === 'voted' ? 'good' : ballot.status === 'pending' ? 'plain' : 'bad';
  return (
    <article
      className="grid grid-cols-1 gap-3 rounded-xl p-4 ring-1 ring-line ring-inset"
      aria-label={ballot.judge_name}
      data-testid="ballot"
    >
      <header className="flex flex-wrap items-center gap-2">
        <h4 className="font-medium">{ballot.judge_name}</h4>
        <Badge tone={tone}>{t(`ballots.status.${ballot.status}`)}</Badge>
        <span className="ms-auto text-xs text-ink-faint tabular-nums">
          {formatMoney(ballot.cost_micro_usd)}
        </span>
      </header>
      {ballot.status === 'voted' && <Weight ballot={ballot} />}
      {ballot.void_reason && (
        <Notice tone="warn">
          {t('ballots.voidBecause')} {voidWords(t, ballot.void_reason)}
        </Notice>
      )}
      {ballot.tiers.length > 0 && (
        <ol className="grid gap-2.5">
          {ballot.tiers.map((tier, index) => (
            <li key={tier.join()} className="flex gap-3 text-sm">
              <span className="w-5 shrink-0 text-end text-ink-faint tabular-nums">{index + 1}.</span>
              <div className="grid min-w-0 flex-1 gap-2">
                {tier.length > 1 && <span className="text-xs text-ink-faint">{t('ballots.tied')}</span>}
                {tier.map((id) => (
                  <Said
                    key={id}
                    id={id}
                    item={ballot.said.find((said) => said.response_id === id)}
                    responses={responses}
                  />
                ))}
              </div>
            </li>
          ))}
        </ol>
      )}
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-faint">
        {t('ballots.order')} <AnswerNames ids={ballot.order} responses={responses} small />
      </p>
      {ballot.raw_reply && <Reply text={ballot.raw_reply} version={ballot.prompt_version} />}
    </article>
  );
}

function Weight({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { expected_accuracy: accuracy, weight } = ballot;
  const percent = formatPercent(Math.floor((accuracy ?? 0) * 100 + 1e-9));
  return (
    <p className="text-xs text-ink-soft">
      {t(weight >= 0.995 ? 'ballots.whole' : 'ballots.weight', { weight: formatScore(weight) })}
      {accuracy != null && ` ${t('ballots.because', { percent })}`}
    </p>
  );
}

function Said({ id, item, responses }: { id: string; item?: BallotItem; responses: Response[] }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-0.5">
      <AnswerNames ids={[id]} responses={responses} />
      {item?.reason && <p className="break-words text-ink-soft">{item.reason}</p>}
      {item && !item.meets_request && <p className="text-xs text-warn">{t('ballots.misses')}</p>}
      {item?.injection && <p className="text-xs text-warn">{t('ballots.withheld')}</p>}
      {item && item.faults.length > 0 && (
        <p className="text-xs break-words text-ink-faint">
          {t('ballots.faults')} {item.faults.join(' · ')}
        </p>
      )}
    </div>
  );
}

function Reply({ text, version }: { text: string; version: string }) {
  const { t } = useTranslation();
  return (
    <details className="text-sm">
      <summary className="tap inline-flex items-center text-accent">{t('ballots.raw')}</summary>
      <pre
        tabIndex={0}
        className="mt-2 max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
      <p className="mt-1 text-xs text-ink-faint">{t('ballots.prompt', { version })}</p>
    </details>
  );
}
