import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepAccountMutation, useLogoutMutation } from '@/app/api';
import { formatMoment } from '@/app/format';
import { tellOtherTabs } from '@/app/other-tabs';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { useNow } from '@/components/ui/use-now';
import { TakeOutCard } from '@/features/settings/take-out-card';
import { AccountFrame } from './account-frame';

/** All that there is for somebody who closed their account: the day, a way back, and what is theirs. */
export function LeavingScreen({ day }: { day: string }) {
  const { t } = useTranslation();
  const [keep, keeping] = useKeepAccountMutation();
  const [logout] = useLogoutMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const now = useNow(10_000, true);
  const isOver = new Date(day).getTime() <= now;

  const stay = async () => {
    setProblem(null);
    try {
      await keep().unwrap();
      tellOtherTabs('changed');
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  const signOut = async () => {
    await logout();
    tellOtherTabs('signed-out');
    // A fresh page, so that nothing of this session stays in memory.
    window.location.assign('/sign-in');
  };
  return (
    <AccountFrame title={t('leaving.title')}>
      <div data-testid="leaving-banner" className="grid gap-5">
        <Notice tone="warn" role="status">
          {isOver ? t('leaving.soon') : t('leaving.banner', { day: formatMoment(day) })}
        </Notice>
        <p className="text-ink-soft">{t('leaving.text')}</p>
        {problem && (
          <Notice tone="bad" role="alert">
            {problem}
          </Notice>
        )}
        <div className="flex flex-wrap gap-3">
          <Button look="primary" size="normal" busy={keeping.isLoading} onClick={() => void stay()}>
            {t('leaving.keep')}
          </Button>
          <Button size="normal" onClick={() => void signOut()}>
            {t('leaving.signOut')}
          </Button>
        </div>
        <TakeOutCard look="secondary" />
      </div>
    </AccountFrame>
  );
}
