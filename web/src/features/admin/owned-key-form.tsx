import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useListUsersQuery, useSetApiKeyMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { KeyField, KeyServiceField } from '@/components/keys/key-fields';
import { SelectField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import { announce } from '@/live/announcer';

/** Sets a key for the whole instance or for one user; it replaces the one they have for that address. */
export function OwnedKeyForm({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const users = useListUsersQuery().data?.items ?? [];
  const [save] = useSetApiKeyMutation();
  const { form, errors, busy, problem, submit } = useSentForm({
    schema: z.object({
      user_id: z.string(),
      service_id: z.string().min(1, t('keysPage.serviceNeeded')),
      key: z.string().trim().min(1, t('keysPage.keyNeeded')),
    }),
    defaultValues: { user_id: '', service_id: '', key: '' },
    send: async ({ user_id, service_id, key }) => {
      await save({ newOwnedApiKey: { service_id, key, user_id: user_id || undefined } }).unwrap();
      form.reset();
      announce(t('keysPage.saved'));
      onDone();
    },
  });
  return (
    <FormCard label={t('adminKeys.set')} problem={problem} busy={busy} onSubmit={submit} onCancel={onDone}>
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
