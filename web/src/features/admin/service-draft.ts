import { z } from 'zod';
import type { Service, ServiceDraft } from '@/generated/api';

export const serviceTypes = [
  'anthropic',
  'openai',
  'openai_responses',
  'gemini',
  'openai_compatible',
] as const;

const MICRO = 1_000_000;

/** Form texts for what a person has to put right. */
export interface ServiceTexts {
  nameNeeded: string;
  addressNeeded: string;
  modelNeeded: string;
  notANumber: string;
}

const wholeNumber = (message: string) =>
  z
    .string()
    .trim()
    .refine((text) => text === '' || /^\d+$/.test(text), message);
const amount = (message: string) =>
  z
    .string()
    .trim()
    .refine((text) => text === '' || /^\d+(?:[.,]\d+)?$/.test(text), message);

export function serviceSchema(texts: ServiceTexts) {
  return z.object({
    name: z.string().trim().min(1, texts.nameNeeded),
    service_type: z.enum(serviceTypes),
    base_url: z
      .string()
      .trim()
      .regex(/^https?:\/\/\S+$/, texts.addressNeeded),
    model: z.string().trim().min(1, texts.modelNeeded),
    context_window: wholeNumber(texts.notANumber),
    max_output_tokens: wholeNumber(texts.notANumber),
    temperature: amount(texts.notANumber),
    reasoning_effort: z.string().trim(),
    input_price_micro_usd: amount(texts.notANumber),
    cached_input_price_micro_usd: amount(texts.notANumber),
    output_price_micro_usd: amount(texts.notANumber),
    contestant: z.boolean(),
    judge: z.boolean(),
    vision: z.boolean(),
    tiny: z.boolean(),
    requires_key: z.boolean(),
    active: z.boolean(),
  });
}

export type ServiceFormValues = z.infer<ReturnType<typeof serviceSchema>>;

const dollars = (microUsd: number) => String(microUsd / MICRO);

export function formValues(service: Service | undefined): ServiceFormValues {
  return {
    name: service?.name ?? '',
    service_type: service?.service_type ?? 'anthropic',
    base_url: service?.base_url ?? '',
    model: service?.model ?? '',
    context_window: service ? String(service.context_window) : '',
    max_output_tokens: service ? String(service.max_output_tokens) : '',
    temperature: service?.temperature == null ? '' : String(service.temperature),
    reasoning_effort: service?.reasoning_effort ?? '',
    input_price_micro_usd: service ? dollars(service.input_price_micro_usd) : '',
    cached_input_price_micro_usd: service ? dollars(service.cached_input_price_micro_usd) : '',
    output_price_micro_usd: service ? dollars(service.output_price_micro_usd) : '',
    contestant: service?.contestant ?? true,
    judge: service?.judge ?? true,
    vision: service?.vision ?? false,
    tiny: service?.tiny ?? false,
    requires_key: service?.requires_key ?? true,
    active: service?.active ?? true,
  };
}

function decimal(text: string): number | undefined {
  return text === '' ? undefined : Number(text.replace(',', '.'));
}

function microUsd(text: string): number | undefined {
  const value = decimal(text);
  return value === undefined ? undefined : Math.round(value * MICRO);
}

/** What is sent: prices in micro-USD per million tokens, empty fields left to the server. */
export function toDraft(values: ServiceFormValues): ServiceDraft {
  return {
    ...values,
    context_window: decimal(values.context_window),
    max_output_tokens: decimal(values.max_output_tokens),
    temperature: decimal(values.temperature),
    reasoning_effort: values.reasoning_effort === '' ? undefined : values.reasoning_effort,
    input_price_micro_usd: microUsd(values.input_price_micro_usd),
    cached_input_price_micro_usd: microUsd(values.cached_input_price_micro_usd),
    output_price_micro_usd: microUsd(values.output_price_micro_usd),
  };
}
