import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useCreateResetMutation, useUpdateUserMutation } from '@/app/api';
import { formatMoment } from '@/app/format';
import { useSession } from '@/app/gate';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Badge } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Account, UserChange } from '@/generated/api';
import type { MadeFor } from './people-section';

/** One person: role, whether they may come in, and what an administrator can do about both. */
export function PersonRow({ person, onLink }: { person: Account; onLink(link: MadeFor): void }) {
  const { t } = useTranslation();
  const me = useSession()?.user.id === person.id;
  const [change, changing] = useUpdateUserMutation();
  const [reset, resetting] = useCreateResetMutation();
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { name } = person;

  const run = async (userChange: UserChange, said: string) => {
    setProblem(null);
    setConfirming(false);
    try {
      await change({ id: person.id, userChange }).unwrap();
      toast(said);
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  const runReset = async () => {
    setProblem(null);
    try {
      onLink({ path: (await reset({ id: person.id }).unwrap()).path, name });
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  const other = person.role === 'admin' ? 'user' : 'admin';
  return (
    <li
      className="grid gap-3 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset"
      data-testid="person"
      aria-busy={changing.isLoading || undefined}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-[0.9375rem] font-medium break-words">{name}</span>
        <span className="text-sm break-all text-ink-soft">{person.email}</span>
        <Badge tone={person.role === 'admin' ? 'accent' : 'plain'}>{t(`profile.${person.role}`)}</Badge>
        {me && <Badge tone="good">{t('people.you')}</Badge>}
        {!person.active && <Badge tone="bad">{t('people.off')}</Badge>}
        {person.leaving_at && (
          <Badge tone="warn">{t('people.leaving', { day: formatMoment(person.leaving_at) })}</Badge>
        )}
        <span className="text-xs text-ink-faint sm:ms-auto">
          {t('people.since')} <RelativeTime at={person.created_at} />
        </span>
      </div>
      {problem && (
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      )}
      <fieldset className="flex flex-wrap gap-2" disabled={changing.isLoading}>
        <legend className="sr-only">{t('people.menu', { name })}</legend>
        {person.active && (
          <>
            <Button
              onClick={() =>
                run({ role: other }, t('people.roleChanged', { name, role: t(`profile.${other}`) }))
              }
            >
              {other === 'admin' ? t('people.makeAdmin') : t('people.makeUser')}
            </Button>
            <Button busy={resetting.isLoading} onClick={runReset}>
              {t('people.reset')}
            </Button>
          </>
        )}
        {!person.active ? (
          <Button onClick={() => run({ active: true }, t('people.enabled', { name }))}>
            {t('people.enable')}
          </Button>
        ) : confirming ? (
          <>
            <Button look="danger" onClick={() => run({ active: false }, t('people.disabled', { name }))}>
              {t('people.confirmDisable')}
            </Button>
            <Button look="quiet" onClick={() => setConfirming(false)}>
              {t('common.cancel')}
            </Button>
          </>
        ) : (
          <Button look="danger" onClick={() => setConfirming(true)}>
            {t('people.disable')}
          </Button>
        )}
      </fieldset>
    </li>
  );
}
