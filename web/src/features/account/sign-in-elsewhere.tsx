import { useTranslation } from 'react-i18next';
import { safeNext } from '@/app/gate';
import { Notice } from '@/components/ui/notice';

const refusals = { no_account: 'ways.noAccount', disabled: 'ways.disabled', failed: 'ways.failed' } as const;

/** The way in by an account elsewhere, and why it last came to nothing. */
export function SignInElsewhere({ name, search }: { name: string; search: string }) {
  const { t } = useTranslation();
  const refused = new URLSearchParams(search).get('oidc');
  const why = refused && (refusals[refused as keyof typeof refusals] ?? refusals.failed);
  return (
    <div className="grid gap-4">
      {why && (
        <Notice tone="bad" role="alert">
          {t(why, { name })}
        </Notice>
      )}
      {/* A way out of this page: the browser follows it, and comes back signed in. */}
      <a
        href={`/api/v1/auth/oidc/start?next=${encodeURIComponent(safeNext(search))}`}
        className="tap inline-flex h-10 items-center justify-center rounded-lg bg-surface px-4 text-[0.9375rem] font-medium text-ink ring-1 ring-line ring-inset hover:bg-sunken hover:ring-line-strong"
      >
        {t('ways.with', { name })}
      </a>
      <p className="flex items-center gap-3 text-sm text-ink-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t('ways.or')}
      </p>
    </div>
  );
}
