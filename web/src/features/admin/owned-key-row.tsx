import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useRevokeApiKeyMutation, useTestAnyApiKeyMutation } from '@/app/api';
import { keyTrouble } from '@/app/failure-words';
import { faultText, problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Badge } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { announce } from '@/live/announcer';
import type { OwnedApiKey } from './shapes';

const tones = { untested: 'plain', testing: 'plain', ok: 'good', failed: 'bad' } as const;

/** A key with its owner: what is known of it, and what an administrator may do with it. */
export function OwnedKeyRow({ owned: { key, owner } }: { owned: OwnedApiKey }) {
  const { t } = useTranslation();
  const [test, testing] = useTestAnyApiKeyMutation();
  const [revoke, revoking] = useRevokeApiKeyMutation();
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const status = testing.isLoading ? 'testing' : key.status;

  const runTest = async () => {
    setProblem(null);
    try {
      await test({ id: key.id }).unwrap();
      announce(t('keysPage.works'));
    } catch (error) {
      setProblem(faultText(error));
    }
  };
  const runRevoke = async () => {
    try {
      await revoke({ id: key.id }).unwrap();
      toast(t('keysPage.revoked'));
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  const why = problem ?? (key.status === 'failed' ? keyTrouble(t, key) : null);
  return (
    <li className="grid gap-3 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset" data-testid="owned-key">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-mono text-[0.9375rem]" title={t('keysPage.lastFour')}>
          <span aria-hidden>••••&nbsp;</span>
          <span className="sr-only">{t('keysPage.endsIn')} </span>
          {key.last4}
        </span>
        <Badge tone={tones[status]}>{t(`keysPage.status.${status}`)}</Badge>
        <span className="ms-auto text-xs text-ink-faint">
          {key.last_used_at ? (
            <>
              {t('keysPage.used')} <RelativeTime at={key.last_used_at} />
            </>
          ) : (
            t('keysPage.neverUsed')
          )}
        </span>
      </div>
      <p className="text-sm break-words text-ink-soft">
        {owner && (
          <span className="me-2 font-medium text-ink">
            {owner.name} ({owner.email})
          </span>
        )}
        {key.service_names.join(', ')} <span className="font-mono text-xs text-ink-faint">{key.origin}</span>
      </p>
      {why && (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button busy={testing.isLoading} onClick={runTest}>
          {t('keysPage.test')}
        </Button>
        {confirming ? (
          <>
            <Button look="danger" busy={revoking.isLoading} onClick={runRevoke}>
              {t('keysPage.confirmRevoke')}
            </Button>
            <Button look="quiet" onClick={() => setConfirming(false)}>
              {t('common.cancel')}
            </Button>
          </>
        ) : (
          <Button look="danger" onClick={() => setConfirming(true)}>
            {t('keysPage.revoke')}
          </Button>
        )}
      </div>
    </li>
  );
}
