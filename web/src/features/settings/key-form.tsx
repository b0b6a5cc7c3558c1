import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useCreateApiKeyMutation, useListServicesQuery } from '@/app/api';
import { useSession } from '@/app/gate';
import { placeFieldErrors } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { CheckField, Field, SelectField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
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
  const services = useListServicesQuery().data?.items.filter((service) => service.requires_key) ?? [];
  const [save] = useCreateApiKeyMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const schema = z.object({
    service_id: z.string().min(1, t('keysPage.serviceNeeded')),
    key: z.string().trim().min(1, t('keysPage.keyNeeded')),
    for_all: z.boolean(),
  });
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { service_id: serviceId ?? '', key: '', for_all: scope === 'instance' },
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ service_id, key, for_all }) => {
    setProblem(null);
    try {
      await save({ newApiKey: { service_id, key, scope: for_all ? 'instance' : 'user' } }).unwrap();
      form.reset();
      announce(t('keysPage.saved'));
      onDone();
    } catch (error) {
      setProblem(placeFieldErrors(error, ['service_id', 'key'], form.setError));
    }
  });

  return (
    <form
      onSubmit={submit}
      noValidate
      className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset"
    >
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {!serviceId && services.length === 0 && <Notice tone="info">{t('keysPage.noServices')}</Notice>}
      {!serviceId && (
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
      )}
      <Field
        label={t('keysPage.key')}
        type="password"
        autoComplete="off"
        spellCheck={false}
        hint={t('keysPage.keyHint')}
        error={errors.key?.message}
        {...form.register('key')}
      />
      {isAdmin && (
        <CheckField
          label={t('keysPage.forAll')}
          hint={t('keysPage.forAllHint')}
          {...form.register('for_all')}
        />
      )}
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
