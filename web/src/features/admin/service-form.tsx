import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useCreateServiceMutation, useListServicePresetsQuery, useUpdateServiceMutation } from '@/app/api';
import { placeFieldErrors } from '@/app/problem';
import { CheckField, Field, SelectField } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import type { Service } from '@/generated/api';
import { announce } from '@/live/announcer';
import { ModelFinder } from './model-finder';
import { type PresetModel, readPresets, type ServicePreset } from './presets';
import { formValues, type ServiceFormValues, serviceSchema, serviceTypes, toDraft } from './service-draft';

const fields = [
  'name',
  'service_type',
  'base_url',
  'model',
  'context_window',
  'max_output_tokens',
  'temperature',
  'reasoning_effort',
  'input_price_micro_usd',
  'cached_input_price_micro_usd',
  'output_price_micro_usd',
] as const;

/** Adds a service, from a preset or by hand, or edits a known one. */
export function ServiceForm({ service, onDone }: { service?: Service; onDone(): void }) {
  const { t } = useTranslation();
  const [create] = useCreateServiceMutation();
  const [update] = useUpdateServiceMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<ServiceFormValues>({
    resolver: zodResolver(
      serviceSchema({
        nameNeeded: t('services.nameNeeded'),
        addressNeeded: t('services.addressNeeded'),
        modelNeeded: t('services.modelNeeded'),
        notANumber: t('services.notANumber'),
      }),
    ),
    defaultValues: formValues(service),
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    setProblem(null);
    try {
      const draft = toDraft(values);
      if (service) await update({ id: service.id, servicePatch: draft }).unwrap();
      else await create({ serviceDraft: draft }).unwrap();
      announce(t('services.saved', { name: values.name }));
      onDone();
    } catch (error) {
      setProblem(placeFieldErrors(error, fields, form.setError));
    }
  });

  const fillFrom = (preset: ServicePreset, model: PresetModel) => {
    const price = (microUsd: number) => String(microUsd / 1_000_000);
    form.reset({
      ...form.getValues(),
      name: form.getValues('name') || model.model,
      service_type: preset.service_type,
      base_url: preset.base_url,
      model: model.model,
      context_window: String(model.context_window),
      max_output_tokens: String(model.max_output_tokens),
      vision: model.vision,
      input_price_micro_usd: price(model.input_price_micro_usd),
      cached_input_price_micro_usd: price(model.cached_input_price_micro_usd),
      output_price_micro_usd: price(model.output_price_micro_usd),
    });
  };

  return (
    <FormCard
      label={service ? t('services.editing', { name: service.name }) : t('services.add')}
      problem={problem}
      busy={isSubmitting}
      onSubmit={submit}
      onCancel={onDone}
    >
      {!service && <PresetPicker onPick={fillFrom} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('services.name')} error={errors.name?.message} {...form.register('name')} />
        <SelectField
          label={t('services.format')}
          error={errors.service_type?.message}
          {...form.register('service_type')}
        >
          {serviceTypes.map((type) => (
            <option key={type} value={type}>
              {t(`services.type.${type}`)}
            </option>
          ))}
        </SelectField>
        <Field
          label={t('services.address')}
          inputMode="url"
          spellCheck={false}
          hint={service ? t('services.addressHint') : undefined}
          error={errors.base_url?.message}
          {...form.register('base_url')}
        />
        <Field
          label={t('services.model')}
          spellCheck={false}
          error={errors.model?.message}
          {...form.register('model')}
        />
        <ModelFinder
          address={() => ({
            service_type: form.getValues('service_type'),
            base_url: form.getValues('base_url'),
          })}
          onPick={(model) => {
            form.setValue('model', model.model, { shouldValidate: true });
            if (!form.getValues('name')) form.setValue('name', model.model);
            if (model.context_window) form.setValue('context_window', String(model.context_window));
            if (model.max_output_tokens) form.setValue('max_output_tokens', String(model.max_output_tokens));
          }}
        />
        <Field
          label={t('services.contextWindow')}
          inputMode="numeric"
          error={errors.context_window?.message}
          {...form.register('context_window')}
        />
        <Field
          label={t('services.maxOutput')}
          inputMode="numeric"
          error={errors.max_output_tokens?.message}
          {...form.register('max_output_tokens')}
        />
        <Field
          label={t('services.inputPrice')}
          inputMode="decimal"
          hint={t('services.priceHint')}
          error={errors.input_price_micro_usd?.message}
          {...form.register('input_price_micro_usd')}
        />
        <Field
          label={t('services.outputPrice')}
          inputMode="decimal"
          hint={t('services.priceHint')}
          error={errors.output_price_micro_usd?.message}
          {...form.register('output_price_micro_usd')}
        />
        <Field
          label={t('services.cachedPrice')}
          inputMode="decimal"
          error={errors.cached_input_price_micro_usd?.message}
          {...form.register('cached_input_price_micro_usd')}
        />
        <Field
          label={t('services.temperature')}
          inputMode="decimal"
          hint={t('services.temperatureHint')}
          error={errors.temperature?.message}
          {...form.register('temperature')}
        />
      </div>
      <fieldset className="grid gap-x-6 sm:grid-cols-2">
        <legend className="sr-only">{t('services.abilities')}</legend>
        <CheckField label={t('services.contestant')} {...form.register('contestant')} />
        <CheckField label={t('services.judge')} {...form.register('judge')} />
        <CheckField label={t('services.requiresKey')} {...form.register('requires_key')} />
        <CheckField label={t('services.vision')} {...form.register('vision')} />
        <CheckField label={t('services.tiny')} {...form.register('tiny')} />
        <CheckField label={t('services.active')} {...form.register('active')} />
      </fieldset>
    </FormCard>
  );
}

function PresetPicker({ onPick }: { onPick(preset: ServicePreset, model: PresetModel): void }) {
  const { t } = useTranslation();
  const { data } = useListServicePresetsQuery();
  const known = readPresets(data);
  if (!known) return null;
  return (
    <SelectField
      label={t('services.preset')}
      hint={t('services.pricedOn', { date: known.priced_on })}
      defaultValue=""
      onChange={(event) => {
        const [from, at] = event.target.value.split(':').map(Number);
        const preset = known.items[from ?? -1];
        const model = preset?.models[at ?? -1];
        if (preset && model) onPick(preset, model);
      }}
    >
      <option value="">{t('services.byHand')}</option>
      {known.items.map((preset, from) => (
        <optgroup key={preset.label} label={preset.label}>
          {preset.models.map((model, at) => (
            <option key={model.model} value={`${from}:${at}`}>
              {model.model}
            </option>
          ))}
        </optgroup>
      ))}
    </SelectField>
  );
}
