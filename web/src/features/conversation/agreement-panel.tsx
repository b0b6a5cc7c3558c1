import { Equal, GitCompareArrows, type LucideIcon, UserRound, UsersRound } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch, Claim, ClaimStanding } from '@/generated/api';
import { type ClaimGroup, claimGroups } from './claim-groups';
import { ClaimHolders, type ShowPassage } from './claim-holders';

export interface AgreementPanelProps {
  batch: Batch;
  /** The points that a consensus is to take, by their text; null while none can be made. */
  ticked: ReadonlySet<string> | null;
  onTick(point: string): void;
  onShow: ShowPassage;
}

const LOOKS: Record<ClaimStanding, { icon: LucideIcon; tone: string }> = {
  contested: { icon: GitCompareArrows, tone: 'text-warn' },
  all: { icon: Equal, tone: 'text-good' },
  some: { icon: UsersRound, tone: 'text-ink-faint' },
  one: { icon: UserRound, tone: 'text-ink-faint' },
};

/** What the answers say together, alone and against each other, and the way to where they say it. */
export function AgreementPanel({ batch, ticked, onTick, onShow }: AgreementPanelProps) {
  const { t } = useTranslation();
  const { agreement } = batch;
  const groups = claimGroups(agreement?.claims ?? []);
  if (!agreement || groups.length === 0) return null;
  return (
    <section
      aria-label={t('agreement.title')}
      data-text
      data-testid="agreement"
      className="grid gap-x-8 gap-y-4 rounded-xl bg-sunken px-4 py-3.5 text-sm sm:grid-cols-2"
    >
      {groups.map((group) => (
        <Group
          key={group.standing}
          group={group}
          batch={batch}
          ticked={ticked}
          onTick={onTick}
          onShow={onShow}
        />
      ))}
      <p className="col-span-full text-xs text-ink-faint">
        {agreement.source === 'judge' ? t('agreement.fromJudge') : t('agreement.fromText')}{' '}
        {ticked && t('agreement.tickHint')}
      </p>
    </section>
  );
}

type GroupProps = AgreementPanelProps & { group: ClaimGroup };

function Group({ group, batch, ticked, onTick, onShow }: GroupProps) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = LOOKS[group.standing];
  return (
    <div data-standing={group.standing}>
      <h3 className="flex items-center gap-1.5 font-semibold">
        <Icon aria-hidden className={`size-4 ${tone}`} />
        {t(`agreement.${group.standing}`)}
      </h3>
      <p className="mb-1.5 text-xs text-ink-faint">{t(`agreement.means.${group.standing}`)}</p>
      <ul className="grid gap-3 text-ink-soft">
        {group.claims.map((claim) => (
          <Point
            key={claim.text}
            claim={claim}
            batch={batch}
            ticked={ticked?.has(claim.text) ?? null}
            onTick={() => onTick(claim.text)}
            onShow={onShow}
          />
        ))}
      </ul>
    </div>
  );
}

interface PointProps {
  claim: Claim;
  batch: Batch;
  ticked: boolean | null;
  onTick(): void;
  onShow: ShowPassage;
}

function Point({ claim, batch, ticked, onTick, onShow }: PointProps) {
  const { t } = useTranslation();
  const id = useId();
  const against = claim.contradicted_by.length > 0;
  return (
    <li className="flex items-start gap-2">
      {ticked !== null && (
        <span className="-m-1 grid size-7 shrink-0 place-items-center pointer-coarse:-m-3 pointer-coarse:size-11">
          <input
            type="checkbox"
            checked={ticked}
            onChange={onTick}
            aria-label={t('agreement.take')}
            aria-describedby={id}
            className="size-4 accent-accent"
          />
        </span>
      )}
      <div className="min-w-0">
        <span id={id} dir="auto" className="break-words text-ink">
          {claim.text}
        </span>
        {claim.method !== batch.agreement?.source && (
          <span className="text-xs text-ink-faint"> {t(`agreement.by.${claim.method}`)}</span>
        )}
        <ClaimHolders
          className="-ms-1.5 mt-1 flex"
          sources={claim.supported_by}
          answers={batch.responses}
          point={claim.text}
          onShow={onShow}
        />
        {against && (
          <span className="mt-1 flex flex-wrap items-center gap-x-1 text-xs">
            {t('agreement.against')}
            <ClaimHolders
              sources={claim.contradicted_by}
              answers={batch.responses}
              point={claim.text}
              against
              onShow={onShow}
            />
          </span>
        )}
      </div>
    </li>
  );
}
