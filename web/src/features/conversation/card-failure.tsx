import { KeyRound, RotateCw, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureText } from '@/app/failure-words';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Response } from '@/generated/api';
import type { TurnActions } from './use-turn-actions';

const AddKey = lazy(() => import('./add-key'));

const KEY_TROUBLE = ['key_missing', 'key_revoked', 'auth'];

/** Why there is no answer, what can be done, and the controls to do it. */
export function CardFailure({ response, actions }: { response: Response; actions: TurnActions }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const { error } = response;
  const needsKey = error != null && KEY_TROUBLE.includes(error.kind);

  if (adding) {
    return (
      <Suspense fallback={null}>
        <AddKey
          serviceId={response.service_id}
          serviceName={response.service_name}
          onCancel={() => setAdding(false)}
          onSaved={() => {
            setAdding(false);
            actions.retry(response);
          }}
        />
      </Suspense>
    );
  }
  return (
    <div className="grid gap-3">
      <Notice tone={needsKey ? 'warn' : 'bad'}>
        <p className="font-medium" data-testid="failure-message">
          {error ? failureText(t, error) : t('failure.unknown')}
        </p>
        {error && <p className="mt-0.5 text-ink-soft">{t(`failures.advice.${error.kind}`)}</p>}
      </Notice>
      <div className="flex flex-wrap gap-2">
        {needsKey && (
          <Button
            look="primary"
            data-action="add-key"
            icon={<KeyRound aria-hidden className="size-4" />}
            onClick={() => setAdding(true)}
          >
            {error?.kind === 'key_missing' ? t('card.addKey') : t('card.replaceKey')}
          </Button>
        )}
        <Button
          look={needsKey ? 'secondary' : 'primary'}
          data-action="retry"
          icon={<RotateCw aria-hidden className="size-4" />}
          onClick={() => actions.retry(response)}
        >
          {t('card.retry')}
        </Button>
        <Button
          look="quiet"
          data-action="remove"
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={() => actions.remove(response)}
        >
          {t('card.remove')}
        </Button>
      </div>
    </div>
  );
}
