import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { type DefaultValues, type FieldValues, type Path, useForm } from 'react-hook-form';
import type { z } from 'zod';
import { placeFieldErrors } from './problem';

/**
 * A form that is checked here and then by the server: what either finds wrong with a field stands beside
 * that field, and anything else is the problem of the whole.
 */
export function useSentForm<Values extends FieldValues>(props: {
  schema: z.ZodType<Values, Values>;
  defaultValues: Values;
  /** Sends what was filled in; what it throws is told in the form. */
  send(values: Values): Promise<unknown>;
}) {
  const { schema, defaultValues, send } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: defaultValues as DefaultValues<Values>,
  });
  const submit = form.handleSubmit(async (values) => {
    setProblem(null);
    try {
      await send(values);
    } catch (error) {
      setProblem(placeFieldErrors(error, Object.keys(defaultValues) as Path<Values>[], form.setError));
    }
  });
  const { errors, isSubmitting: busy, isDirty } = form.formState;
  return { form, errors, busy, isDirty, problem, submit };
}
