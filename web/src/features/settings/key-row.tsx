import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useDeleteApiKeyMutation, useListServicesQuery, useTestApiKeyMutation } from '@/app/api';
import { keyTrouble } from '@/app/failure-words';
import { faultText, problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Badge } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import type { ApiKey } from '@/generated/api';
import { announce } from '@/live/announcer';
import { KeyForm } from './key-form';

const tones = { untested: 'plain', testing: 'plain', ok: 'good', failed: 'bad' } as const;

/** One key: its last four characters, where it is used, whether it works, and what can be done. */
export function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const services = useListServicesQuery().data?.items ?? [];
  const [test, testing] = useTestApiKeyMutation();
  const [revoke, revoking] = useDeleteApiKeyMutation();
  const [mode, setMode] = useState<'show' | 'replace' | 'confirm'>('show');
  const [problem, setProblem] = useState<string | null>(null);
  const service = services.find((s) => s.service_type === apiKey.service_type && s.origin === apiKey.origin);
  const status = testing.isLoading ? 'testing' : apiKey.status;

  const runTest = async () => {
    setProblem(null);
    try {
      await test({ id: apiKey.id }).unwrap();
      announce(t('keysPage.works'));
    } catch (error) {
      setProblem(faultText(error));
    }
  };
  const runRevoke = async () => {
    try {
      await revoke({ id: apiKey.id }).unwrap();
      toast(t('keysPage.revoked'));
    } catch (error) {
      setProblem(problemText(error));
    }
  };

  const why = problem ?? (apiKey.status === 'failed' ? keyTrouble(t, apiKey) : null);
  return (
    <li className="grid gap-3 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset" data-testid="api-key">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-mono text-[0.9375rem]" title={t('keysPage.lastFour')}>
          <span aria-hidden>••••&nbsp;</span>
          <span className="sr-only">{t('keysPage.endsIn')} </span>
          {apiKey.last4}
        </span>
        <Badge tone={tones[status]}>{t(`keysPage.status.${status}`)}</Badge>
        {apiKey.scope === 'instance' && <Badge>{t('keysPage.shared')}</Badge>}
        <span className="ms-auto text-xs text-ink-faint">
          {apiKey.last_used_at ? (
            <>
              {t('keysPage.used')} <RelativeTime at={apiKey.last_used_at} />
            </>
          ) : (
            t('keysPage.neverUsed')
          )}
        </span>
      </div>
      <p className="flex flex-wrap gap-x-2 text-sm break-words text-ink-soft">
        {apiKey.service_names.join(', ')}
        <span className="font-mono text-xs text-ink-faint">{apiKey.origin}</span>
      </p>
      {why && (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      {mode === 'replace' ? (
        <KeyForm serviceId={service?.id} scope={apiKey.scope} onDone={() => setMode('show')} />
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button busy={testing.isLoading} onClick={runTest}>
            {t('keysPage.test')}
          </Button>
          <Button onClick={() => setMode('replace')}>{t('keysPage.replace')}</Button>
          {mode === 'confirm' ? (
            <>
              <Button look="danger" busy={revoking.isLoading} onClick={runRevoke}>
                {t('keysPage.confirmRevoke')}
              </Button>
              <Button look="quiet" onClick={() => setMode('show')}>
                {t('common.cancel')}
              </Button>
            </>
          ) : (
            <Button look="danger" onClick={() => setMode('confirm')}>
              {t('keysPage.revoke')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
