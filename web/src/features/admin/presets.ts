import { z } from 'zod';

const model = z.object({
  model: z.string(),
  context_window: z.number(),
  max_output_tokens: z.number(),
  vision: z.boolean(),
  input_price_micro_usd: z.number(),
  cached_input_price_micro_usd: z.number(),
  output_price_micro_usd: z.number(),
});
const preset = z.object({
  service_type: z.enum(['anthropic', 'openai', 'openai_responses', 'gemini', 'openai_compatible']),
  label: z.string(),
  base_url: z.string(),
  models: z.array(model),
});
const presets = z.object({ items: z.array(preset), priced_on: z.string() });

export type PresetModel = z.infer<typeof model>;
export type ServicePreset = z.infer<typeof preset>;

/** The dated price table; the API hands it on as it is, so its shape is checked here. */
export function readPresets(value: unknown): z.infer<typeof presets> | null {
  return presets.safeParse(value).data ?? null;
}
