import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useListUsersQuery, useSetApiKeyMutation } from '@/app/api';
import { placeFieldErrors } from '@/app/problem';
import { KeyField, KeyServiceField } from '@/components/keys/key-fields';
import { SelectField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import { announce } from '@/live/announcer';

/** Sets a key for the whole instance or for one user; it replaces the one they have for that address. */
export function OwnedKeyForm({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const users = useListUsersQuery().data?.items ?? [];
  const [save] = useSetApiKeyMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    resolver: zodResolver(
      z.object({
        user_id: z.string(),
        service_id: z.string().min(1, t('keysPage.serviceNeeded')),
        key: z.string().trim().min(1, t('keysPage.keyNeeded')),
      }),
    ),
    defaultValues: { user_id: '', service_id: '', key: '' },
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ user_id, service_id, key }) => {
    setProblem(null);
    try {
      await save({ newOwnedApiKey: { service_id, key, user_id: user_id || undefined } }).unwrap();
      form.reset();
      announce(t('keysPage.saved'));
      onDone();
    } catch (error) {
      setProblem(placeFieldErrors(error, ['user_id', 'service_id', 'key'], form.setError));
    }
  });
  return (
    <FormCard
      label={t('adminKeys.set')}
      problem={problem}
      busy={isSubmitting}
      onSubmit={submit}
      onCancel={onDone}
    >
      <SelectField label={t('adminKeys.owner')} error={errors.user_id?.message} {...form.register('user_id')}>
        <option value="">{t('adminKeys.everybody')}</option>
        {users.map((user) => (
          <option key={user.id} value={user.id}>
            {user.name} ({user.email})
          </option>
        ))}
      </SelectField>
      <KeyServiceField field={form.register('service_id')} error={errors.service_id?.message} />
      <KeyField field={form.register('key')} error={errors.key?.message} />
    </FormCard>
  );
}
