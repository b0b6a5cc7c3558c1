import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateWebhookMutation, useUpdateWebhookMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { CheckField, Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { Webhook } from '@/generated/api';

const events = ['batch.completed', 'batch.failed'] as const;
type Choice = (typeof events)[number];

export interface WebhookFormProps {
  /** The webhook to change; a new one when there is none. */
  webhook?: Webhook;
  /** Hands up the secret of a new webhook. */
  onDone(secret?: string): void;
}

/** Where messages go, what it is called, and what it is told of. */
export function WebhookForm({ webhook, onDone }: WebhookFormProps) {
  const { t } = useTranslation();
  const [create] = useCreateWebhookMutation();
  const [update] = useUpdateWebhookMutation();
  const schema = z.object({
    url: z
      .string()
      .trim()
      .regex(/^https?:\/\//i, t('webhooks.urlNeeded')),
    description: z.string().trim(),
    events: z.array(z.enum(events)).min(1, t('webhooks.eventNeeded')),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: {
      url: webhook?.url ?? '',
      description: webhook?.description ?? '',
      events: (webhook?.events ?? events).filter((event): event is Choice => event !== 'webhook.test'),
    },
    send: async (draft) => {
      if (webhook) {
        await update({ id: webhook.id, webhookChange: draft }).unwrap();
        onDone();
      } else {
        onDone((await create({ webhookDraft: draft }).unwrap()).secret);
      }
    },
  });

  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label={webhook ? t('webhooks.edit') : t('webhooks.add')}
      className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
    >
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      <Field
        label={t('webhooks.url')}
        hint={t('webhooks.urlHint')}
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        error={errors.url?.message}
        {...form.register('url')}
      />
      <Field
        label={t('webhooks.description')}
        hint={t('webhooks.descriptionHint')}
        autoComplete="off"
        error={errors.description?.message}
        {...form.register('description')}
      />
      <fieldset className="grid gap-0.5">
        <legend className="mb-1 text-sm font-medium">{t('webhooks.events')}</legend>
        {events.map((event) => (
          <CheckField
            key={event}
            value={event}
            label={t(`webhooks.event.${event}`)}
            {...form.register('events')}
          />
        ))}
        {errors.events && (
          <p role="alert" className="text-sm text-bad">
            {errors.events.message}
          </p>
        )}
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {webhook ? t('common.save') : t('webhooks.create')}
        </Button>
        <Button look="quiet" onClick={() => onDone()}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
