import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateApiKeyMutation } from '@/app/api';
import { useSession } from '@/app/gate';
import { useSentForm } from '@/app/use-sent-form';
import { KeyField, KeyServiceField } from '@/components/keys/key-fields';
import { CheckField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import { announce } from '@/live/announcer';

export interface KeyFormProps {
  /** Fixed when a known key is replaced. */
  serviceId?: string;
  scope?: 'user' | 'instance';
  onDone(): void;
}

/** A new key for a service's provider; replaces the former one of the same owner and address. */
export function KeyForm({ serviceId, scope, onDone }: KeyFormProps) {
  const { t } = useTranslation();
  const isAdmin = useSession()?.user.role === 'admin';
  const [save] = useCreateApiKeyMutation();
  const schema = z.object({
    service_id: z.string().min(1, t('keysPage.serviceNeeded')),
    key: z.string().trim().min(1, t('keysPage.keyNeeded')),
    for_all: z.boolean(),
  });
  const { form, errors, busy, problem, submit } = useSentForm({
    schema,
    defaultValues: { service_id: serviceId ?? '', key: '', for_all: scope === 'instance' },
    send: async ({ service_id, key, for_all }) => {
      await save({ newApiKey: { service_id, key, scope: for_all ? 'instance' : 'user' } }).unwrap();
      form.reset();
      announce(t('keysPage.saved'));
      onDone();
    },
  });

  return (
    <FormCard problem={problem} busy={busy} onSubmit={submit} onCancel={onDone}>
      {!serviceId && (
        <KeyServiceField field={form.register('service_id')} error={errors.service_id?.message} />
      )}
      <KeyField field={form.register('key')} error={errors.key?.message} />
      {isAdmin && (
        <CheckField
          label={t('keysPage.forAll')}
          hint={t('keysPage.forAllHint')}
          {...form.register('for_all')}
        />
      )}
    </FormCard>
  );
}
