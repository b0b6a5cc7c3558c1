import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { z } from 'zod';
import { useChangeAccountMutation } from '@/app/api';
import { tellOtherTabs } from '@/app/other-tabs';
import { useSentForm } from '@/app/use-sent-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';

/** Longest name, as the server has it. */
const NAME_CHARS = 100;

/** The name that others see; it is shown everywhere before the server has answered, and taken back if it refuses. */
export function NameForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const [change] = useChangeAccountMutation();
  const limit = { limit: NAME_CHARS };
  const schema = z.object({
    name: z
      .string()
      .trim()
      .min(1, t('ownName.needed'))
      .refine((text) => [...text].length <= NAME_CHARS, t('ownName.long', limit)),
  });
  const { form, errors, busy, isDirty, problem, submit } = useSentForm({
    schema,
    defaultValues: { name },
    send: async (accountChanges) => {
      const { name: saved } = await change({ accountChanges }).unwrap();
      form.reset({ name: saved });
      tellOtherTabs('changed');
      toast(t('ownName.saved'));
    },
  });
  const { reset } = form;
  // Changed elsewhere; what is being typed here stays.
  useEffect(() => {
    if (!isDirty) reset({ name });
  }, [name, isDirty, reset]);

  return (
    <form onSubmit={submit} noValidate className="grid max-w-md gap-3">
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      <Field
        label={t('ownName.label')}
        autoComplete="name"
        hint={t('ownName.hint', limit)}
        error={errors.name?.message}
        {...form.register('name')}
      />
      <div>
        <Button type="submit" look="primary" busy={busy} disabled={!isDirty}>
          {t('ownName.save')}
        </Button>
      </div>
    </form>
  );
}
