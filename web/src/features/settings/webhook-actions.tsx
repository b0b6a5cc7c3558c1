import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import {
  useDeleteWebhookMutation,
  useRestoreWebhookMutation,
  useRotateWebhookSecretMutation,
  useTestWebhookMutation,
  useUpdateWebhookMutation,
} from '@/app/api';
import { problemText } from '@/app/problem';
import { offerUndo } from '@/app/undo';
import { Button } from '@/components/ui/button';
import type { Webhook } from '@/generated/api';
import { announce } from '@/live/announcer';

export interface WebhookActionsProps {
  webhook: Webhook;
  name: string;
  showsLog: boolean;
  onToggleLog(): void;
  onTested(): void;
  onEdit(): void;
  onSecret(secret: string): void;
}

/** What can be done with a webhook. Deleting is taken back by undo; a new secret is asked for twice. */
export function WebhookActions(props: WebhookActionsProps) {
  const { webhook, name } = props;
  const { t } = useTranslation();
  const [test, testing] = useTestWebhookMutation();
  const [update, updating] = useUpdateWebhookMutation();
  const [rotate, rotating] = useRotateWebhookSecretMutation();
  const [remove, removing] = useDeleteWebhookMutation();
  const [restore] = useRestoreWebhookMutation();
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { id } = webhook;

  const carryOut = (act: () => Promise<unknown>) => async () => {
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  const runTest = carryOut(async () => {
    await test({ id }).unwrap();
    announce(t('webhooks.tested'));
    props.onTested();
  });
  const toggle = carryOut(() => update({ id, webhookChange: { active: !webhook.active } }).unwrap());
  const runRotate = carryOut(async () => {
    props.onSecret((await rotate({ id }).unwrap()).secret);
    setConfirming(false);
  });
  const runRemove = carryOut(async () => {
    await remove({ id }).unwrap();
    offerUndo({
      place: 'toast',
      text: t('webhooks.removed', { name }),
      run: () =>
        restore({ id })
          .unwrap()
          .catch((error: unknown) => toast.error(problemText(error))),
    });
  });

  return (
    <>
      {problem && (
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button busy={testing.isLoading} onClick={runTest}>
          {t('webhooks.test')}
        </Button>
        <Button aria-expanded={props.showsLog} onClick={props.onToggleLog}>
          {props.showsLog ? t('webhooks.hideLog') : t('webhooks.log')}
        </Button>
        <Button look="quiet" aria-label={t('webhooks.editNamed', { name })} onClick={props.onEdit}>
          {t('webhooks.edit')}
        </Button>
        <Button look="quiet" busy={updating.isLoading} onClick={toggle}>
          {webhook.active ? t('webhooks.switchOff') : t('webhooks.switchOn')}
        </Button>
        {confirming ? (
          <>
            <Button busy={rotating.isLoading} onClick={runRotate}>
              {t('webhooks.confirmRotate')}
            </Button>
            <Button look="quiet" onClick={() => setConfirming(false)}>
              {t('common.cancel')}
            </Button>
          </>
        ) : (
          <Button look="quiet" onClick={() => setConfirming(true)}>
            {t('webhooks.rotate')}
          </Button>
        )}
        <Button
          look="danger"
          busy={removing.isLoading}
          aria-label={t('webhooks.removeNamed', { name })}
          onClick={runRemove}
        >
          {t('webhooks.remove')}
        </Button>
      </div>
    </>
  );
}
