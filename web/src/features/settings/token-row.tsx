import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useDeleteApiTokenMutation } from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Badge } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { useNow } from '@/components/ui/use-now';
import type { ApiToken } from '@/generated/api';

/** One token: its name and end, what it may do, when it was used, and revoking it. */
export function TokenRow({ token }: { token: ApiToken }) {
  const { t } = useTranslation();
  const [revoke, revoking] = useDeleteApiTokenMutation();
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const now = useNow(60_000, true);
  const ended = token.expires_at ? new Date(token.expires_at).getTime() <= now : false;

  const runRevoke = async () => {
    setProblem(null);
    try {
      await revoke({ id: token.id }).unwrap();
      toast(t('tokens.revoked'));
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  return (
    <li className="grid gap-3 rounded-xl bg-surface p-4 ring-1 ring-line ring-inset" data-testid="api-token">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="min-w-0 text-[0.9375rem] font-medium break-words">{token.name}</span>
        <span className="font-mono text-xs text-ink-faint">
          <span aria-hidden>qk_••••</span>
          <span className="sr-only">{t('keysPage.endsIn')} </span>
          {token.last4}
        </span>
        {token.scopes.map((scope) => (
          <Badge key={scope} tone={scope === 'admin' ? 'warn' : 'plain'}>
            {t(`tokens.scopeShort.${scope}`)}
          </Badge>
        ))}
        {ended && <Badge tone="bad">{t('tokens.ended')}</Badge>}
      </div>
      {problem && (
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-ink-faint">
          {token.last_used_at ? (
            <>
              {t('tokens.used')} <RelativeTime at={token.last_used_at} />
            </>
          ) : (
            t('tokens.neverUsed')
          )}
          {' · '}
          {token.expires_at ? (
            <>
              {ended ? t('tokens.ended') : t('tokens.ends')} <RelativeTime at={token.expires_at} />
            </>
          ) : (
            t('tokens.never')
          )}
        </p>
        {confirming ? (
          <>
            <Button look="danger" busy={revoking.isLoading} onClick={runRevoke}>
              {t('tokens.confirmRevoke')}
            </Button>
            <Button look="quiet" onClick={() => setConfirming(false)}>
              {t('common.cancel')}
            </Button>
          </>
        ) : (
          <Button
            look="danger"
            aria-label={t('tokens.revokeNamed', { name: token.name })}
            onClick={() => setConfirming(true)}
          >
            {t('tokens.revoke')}
          </Button>
        )}
      </div>
    </li>
  );
}
