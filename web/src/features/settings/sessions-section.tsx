import { Monitor, Terminal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import {
  type SignIn,
  useEndOtherSessionsMutation,
  useEndSessionMutation,
  useListSessionsQuery,
} from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { Badge, Notice, Skeleton } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { SectionFrame } from '@/components/ui/section-frame';
import { programName } from './program-name';

/** Where one is signed in, and ending it from here. */
export default function SessionsSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListSessionsQuery();
  const [endOthers, ending] = useEndOtherSessionsMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const others = data?.items.filter((session) => !session.current) ?? [];

  const runEndOthers = async () => {
    setProblem(null);
    try {
      await endOthers().unwrap();
      toast(t('sessions.endedOthers'));
    } catch (failed) {
      setProblem(problemText(failed));
    }
  };
  return (
    <SectionFrame
      title={t('sessions.title')}
      text={t('sessions.text')}
      action={
        others.length > 0 && (
          <Button look="danger" busy={ending.isLoading} onClick={runEndOthers}>
            {t('sessions.endOthers')}
          </Button>
        )
      }
    >
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : (
        <ul className="grid gap-3">
          {data.items.map((session) => (
            <SessionRow key={session.id} session={session} onProblem={setProblem} />
          ))}
        </ul>
      )}
    </SectionFrame>
  );
}

function SessionRow({ session, onProblem }: { session: SignIn; onProblem(text: string | null): void }) {
  const { t } = useTranslation();
  const [end, ending] = useEndSessionMutation();
  const name = programName(session.user_agent) || t('sessions.unknown');
  const Icon = session.kind === 'client' ? Terminal : Monitor;

  const runEnd = async () => {
    onProblem(null);
    try {
      await end({ id: session.id }).unwrap();
      toast(t('sessions.ended'));
    } catch (error) {
      onProblem(problemText(error));
    }
  };
  return (
    <li
      className="flex flex-wrap items-center gap-3 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset"
      data-testid="session"
    >
      <Icon aria-hidden className="size-5 shrink-0 text-ink-faint" />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p
          className="flex flex-wrap items-center gap-2 text-[0.9375rem] break-words"
          title={session.user_agent}
        >
          {name}
          {session.current && <Badge tone="good">{t('sessions.current')}</Badge>}
          {session.kind === 'client' && <Badge>{t('sessions.client')}</Badge>}
        </p>
        <p className="text-xs text-ink-faint">
          {t('sessions.used')} <RelativeTime at={session.last_used_at} />{' '}
          {t('sessions.from', { address: session.address })} · {t('sessions.begun')}{' '}
          <RelativeTime at={session.created_at} />
        </p>
      </div>
      {!session.current && (
        <Button
          look="danger"
          busy={ending.isLoading}
          aria-label={t('sessions.endNamed', { name })}
          onClick={runEnd}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}
