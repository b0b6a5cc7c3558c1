import type { UseFormRegisterReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useListServicesQuery } from '@/app/api';
import { Field, SelectField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';

/** A field as the form knows it, and what is wrong with it. */
interface Registered {
  field: UseFormRegisterReturn;
  error: string | undefined;
}

/** For which service a provider key is. */
export function KeyServiceField({ field, error }: Registered) {
  const { t } = useTranslation();
  const services = useListServicesQuery().data?.items.filter((service) => service.requires_key) ?? [];
  return (
    <>
      {services.length === 0 && <Notice tone="info">{t('keysPage.noServices')}</Notice>}
      <SelectField label={t('keysPage.service')} error={error} {...field}>
        <option value="">{t('keysPage.choose')}</option>
        {services.map((service) => (
          <option key={service.id} value={service.id}>
            {service.name} ({service.origin})
          </option>
        ))}
      </SelectField>
    </>
  );
}

/** A provider key, to be written and never read. */
export function KeyField({ field, error }: Registered) {
  const { t } = useTranslation();
  return (
    <Field
      label={t('keysPage.key')}
      type="password"
      autoComplete="off"
      spellCheck={false}
      hint={t('keysPage.keyHint')}
      error={error}
      {...field}
    />
  );
}
