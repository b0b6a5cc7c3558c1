import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useListServicesQuery, useListUsersQuery, useSetApiKeyMutation } from '@/app/api';
import { placeFieldErrors } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Field, SelectField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { announce } from '@/live/announcer';

/** Sets a key for the whole instance or for one user; it replaces the one they have for that address. */
export function OwnedKeyForm({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const services = useListServicesQuery().data?.items.filter((service) => service.requires_key) ?? [];
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
    <form
      onSubmit={submit}
      noValidate
      aria-label={t('adminKeys.set')}
      className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
    >
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {services.length === 0 && <Notice tone="info">{t('keysPage.noServices')}</Notice>}
      <SelectField label={t('adminKeys.owner')} error={errors.user_id?.message} {...form.register('user_id')}>
        <option value="">{t('adminKeys.everybody')}</option>
        {users.map((user) => (
          <option key={user.id} value={user.id}>
            {user.name} ({user.email})
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('keysPage.service')}
        error={errors.service_id?.message}
        {...form.register('service_id')}
      >
        <option value="">{t('keysPage.choose')}</option>
        {services.map((service) => (
          <option key={service.id} value={service.id}>
            {service.name} ({service.origin})
          </option>
        ))}
      </SelectField>
      <Field
        label={t('keysPage.key')}
        type="password"
        autoComplete="off"
        spellCheck={false}
        hint={t('keysPage.keyHint')}
        error={errors.key?.message}
        {...form.register('key')}
      />
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={isSubmitting}>
          {t('common.save')}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
