import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useExamineInstanceQuery } from '@/app/api';
import { findingText } from '@/app/fault-words';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import type { Finding } from '@/generated/api';

const marks = {
  fine: <CircleCheck aria-hidden className="size-4 text-good" />,
  note: <Info aria-hidden className="size-4 text-accent" />,
  fault: <CircleAlert aria-hidden className="size-4 text-bad" />,
} as const;

/** A finding in the reader's language; in the server's English where that has no words for it. */
function FindingWords({ finding }: { finding: Finding }) {
  const words = findingText(finding);
  return (
    <span lang={words ? undefined : 'en'} className="min-w-0 break-words first-letter:uppercase">
      {words ?? finding.words}
    </span>
  );
}

/** What `quorum doctor` says of this installation. */
export default function HealthSection() {
  const { t } = useTranslation();
  const { data, error, refetch, isFetching } = useExamineInstanceQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const faults = data?.findings.filter((finding) => finding.level === 'fault').length ?? 0;
  return (
    <SectionFrame
      title={t('admin.sections.health')}
      text={t('instanceHealth.text')}
      action={
        <Button busy={isFetching} onClick={() => refetch()}>
          {t('instanceHealth.again')}
        </Button>
      }
    >
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-40" />
      ) : (
        <>
          <p className="font-serif text-xl" role="status">
            {faults === 0 ? t('instanceHealth.fine') : t('instanceHealth.faults', { count: faults })}
          </p>
          <ul className="grid gap-px overflow-hidden rounded-xl bg-line ring-1 ring-line">
            {data.findings.map((finding) => (
              <li key={finding.words} className="flex items-start gap-3 bg-surface px-4 py-3 text-sm">
                <span className="mt-0.5 shrink-0">{marks[finding.level]}</span>
                <span className="sr-only">{t(`instanceHealth.level.${finding.level}`)}</span>
                <FindingWords finding={finding} />
              </li>
            ))}
          </ul>
          <p className="text-sm text-ink-faint">
            {t('profile.version')} <span className="font-mono">{data.version}</span>
          </p>
        </>
      )}
    </SectionFrame>
  );
}
