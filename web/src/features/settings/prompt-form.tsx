import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useChangePromptMutation, useCreatePromptMutation } from '@/app/api';
import { useSentForm } from '@/app/use-sent-form';
import { Field, TextArea } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import type { Prompt } from '@/generated/api';
import { announce } from '@/live/announcer';

/** A new prompt, or changes to a kept one. */
export function PromptForm({ prompt, onDone }: { prompt?: Prompt; onDone(): void }) {
  const { t } = useTranslation();
  const [create] = useCreatePromptMutation();
  const [change] = useChangePromptMutation();
  const { form, errors, busy, problem, submit } = useSentForm({
    schema: z.object({
      name: z
        .string()
        .trim()
        .min(1, t('prompts.nameNeeded'))
        .regex(/^[\p{L}\p{N}_-]+$/u, t('prompts.nameForm')),
      content: z.string().trim().min(1, t('prompts.contentNeeded')),
    }),
    defaultValues: { name: prompt?.name ?? '', content: prompt?.content ?? '' },
    send: async (promptDraft) => {
      if (prompt) await change({ id: prompt.id, promptDraft }).unwrap();
      else await create({ promptDraft }).unwrap();
      announce(t('prompts.saved', { name: promptDraft.name }));
      onDone();
    },
  });
  return (
    <FormCard label={t('prompts.title')} problem={problem} busy={busy} onSubmit={submit} onCancel={onDone}>
      <Field
        label={t('prompts.name')}
        hint={t('prompts.nameHint')}
        spellCheck={false}
        error={errors.name?.message}
        {...form.register('name')}
      />
      <TextArea
        label={t('prompts.content')}
        rows={5}
        error={errors.content?.message}
        {...form.register('content')}
      />
    </FormCard>
  );
}
