import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useDeleteAccountLinkMutation, useListAccountLinksQuery } from '@/app/api';
import { formatMoment } from '@/app/format';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { LoadProblem } from '@/components/ui/load-problem';
import { Badge } from '@/components/ui/notice';
import type { AccountLink } from '@/generated/api';

/** Links handed out that still work; nothing is shown while there are none. */
export function OpenLinks() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListAccountLinksQuery(undefined, { refetchOnMountOrArgChange: true });
  if (error && !data) return <LoadProblem error={error} retry={refetch} />;
  if (!data || data.items.length === 0) return null;
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">{t('people.openLinks')}</h3>
      <ul className="grid gap-2">
        {data.items.map((link) => (
          <LinkRow key={link.id} link={link} />
        ))}
      </ul>
    </div>
  );
}

function LinkRow({ link }: { link: AccountLink }) {
  const { t } = useTranslation();
  const [withdraw, withdrawing] = useDeleteAccountLinkMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const name = link.email ?? t('people.anyone');

  const run = async () => {
    setProblem(null);
    try {
      await withdraw({ id: link.id }).unwrap();
      toast(t('people.withdrawn'));
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  return (
    <li
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-xl bg-surface px-4 py-3 text-sm ring-1 ring-line ring-inset"
      data-testid="account-link"
    >
      <Badge>{t(`people.kind.${link.kind}`)}</Badge>
      <span className="min-w-0 break-all">{name}</span>
      {link.role === 'admin' && <Badge tone="accent">{t('profile.admin')}</Badge>}
      <span className="text-xs text-ink-faint">
        {t('people.until')} {formatMoment(link.expires_at)}
      </span>
      <span className="ms-auto">
        <Button
          look="danger"
          busy={withdrawing.isLoading}
          aria-label={t('people.withdrawNamed', { name })}
          onClick={run}
        >
          {t('people.withdraw')}
        </Button>
      </span>
      {problem && (
        <p role="alert" className="w-full text-bad">
          {problem}
        </p>
      )}
    </li>
  );
}
