import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateApiKeyMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';

export interface AddKeyProps {
  serviceId: string;
  serviceName: string;
  onSaved(): void;
  onCancel(): void;
}

/** Takes a provider key where it is missed; the key is sent once and never shown again. */
export default function AddKey({ serviceId, serviceName, onSaved, onCancel }: AddKeyProps) {
  const { t } = useTranslation();
  const [save] = useCreateApiKeyMutation();
  const { form, errors, busy, problem, submit } = useSentForm({
    schema: z.object({ key: z.string().trim().min(1, t('keysPage.keyNeeded')) }),
    defaultValues: { key: '' },
    send: async ({ key }) => {
      await save({ newApiKey: { service_id: serviceId, key } }).unwrap();
      form.reset();
      onSaved();
    },
  });

  return (
    <form onSubmit={submit} className="grid gap-3" noValidate>
      <Field
        label={t('addKey.label', { name: serviceName })}
        type="password"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        hint={t('addKey.hint')}
        error={errors.key?.message}
        {...form.register('key')}
      />
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {t('addKey.saveAndRetry')}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
