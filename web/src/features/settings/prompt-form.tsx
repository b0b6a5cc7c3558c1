import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useChangePromptMutation, useCreatePromptMutation } from '@/app/api';
import { placeFieldErrors } from '@/app/problem';
import { Field, TextArea } from '@/components/ui/field';
import { FormCard } from '@/components/ui/form-card';
import type { Prompt } from '@/generated/api';
import { announce } from '@/live/announcer';

/** A new prompt, or changes to a kept one. */
export function PromptForm({ prompt, onDone }: { prompt?: Prompt; onDone(): void }) {
  const { t } = useTranslation();
  const [create] = useCreatePromptMutation();
  const [change] = useChangePromptMutation();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    resolver: zodResolver(
      z.object({
        name: z
          .string()
          .trim()
          .min(1, t('prompts.nameNeeded'))
          .regex(/^[\p{L}\p{N}_-]+$/u, t('prompts.nameForm')),
        content: z.string().trim().min(1, t('prompts.contentNeeded')),
      }),
    ),
    defaultValues: { name: prompt?.name ?? '', content: prompt?.content ?? '' },
  });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async (promptDraft) => {
    setProblem(null);
    try {
      if (prompt) await change({ id: prompt.id, promptDraft }).unwrap();
      else await create({ promptDraft }).unwrap();
      announce(t('prompts.saved', { name: promptDraft.name }));
      onDone();
    } catch (error) {
      setProblem(placeFieldErrors(error, ['name', 'content'], form.setError));
    }
  });
  return (
    <FormCard
      label={t('prompts.title')}
      problem={problem}
      busy={isSubmitting}
      onSubmit={submit}
      onCancel={onDone}
    >
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
