import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';
import type { Problem } from '@/generated/api';
import { i18n } from '@/i18n';
import { fieldFaultText } from './fault-words';
import { formatMoment } from './format';

/** A request that never reached the server, in the shape of its own errors. */
export function unreachable(): Problem {
  return {
    type: '/problems/unreachable',
    title: 'No connection',
    status: 0,
    detail: 'The server could not be reached. Nothing was lost; check the connection and try again.',
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'type' in value && 'title' in value;
}

/** Reads a problem out of whatever RTK Query rejected with. */
export function problemOf(error: unknown): Problem | null {
  if (!error) return null;
  if (isProblem(error)) return error;
  if (typeof error === 'object' && 'data' in error) {
    const { data, status } = error as { data: unknown; status?: unknown };
    if (isProblem(data)) return data;
    if (typeof status === 'number') {
      return {
        type: '/problems/unexpected',
        title: 'Unexpected reply',
        status,
        detail: `The server replied with status ${status} and no explanation. Try again in a moment.`,
      };
    }
  }
  return unreachable();
}

/** The last part of a problem's type, such as `validation` or `key_test_failed`. */
export function problemSlug(problem: Problem | null): string {
  return problem?.type.split('/').pop() ?? '';
}

/** What only the server knows of these belongs to the sentence. */
const SPECIFIC = new Set([
  'validation',
  'malformed_json',
  'malformed_request',
  'scope_missing',
  'conflict',
  'key_test_failed',
]);

/** A problem in the reader's language. English is what the server itself speaks. */
export function problemWords(problem: Problem): string {
  const said = problem.detail || problem.errors?.[0]?.message || problem.title;
  const slug = problemSlug(problem);
  const key = `problems.${slug}` as 'problems.internal';
  if (i18n.language === 'en' || !i18n.exists(key)) return said;
  const { budget } = problem;
  if (budget) {
    const name = i18n.t(`budgets.name.${budget.scope}.${budget.period}`, { name: budget.subject_name });
    return i18n.t('problems.budget', { budget: name, at: formatMoment(budget.resets_at) });
  }
  const words = i18n.t(key, { status: problem.status }) as string;
  if (!SPECIFIC.has(slug)) return words;
  const [fault] = problem.errors ?? [];
  if (!fault) return i18n.t('problems.withDetail', { words, detail: said });
  return i18n.t('problems.withFault', { words, field: fault.field, fault: fieldFaultText(fault) });
}

/** One line for a toast or a banner. */
export function problemText(error: unknown): string {
  const problem = problemOf(error);
  return problem ? problemWords(problem) : '';
}

/** The first thing that is wrong, where a form has one field alone. */
export function faultText(error: unknown): string {
  const fault = problemOf(error)?.errors?.[0];
  return fault ? fieldFaultText(fault) : problemText(error);
}

/**
 * Puts each field error beside its field.
 * Returns the text that belongs to no field of this form, or null when every error found its place.
 */
export function placeFieldErrors<T extends FieldValues>(
  error: unknown,
  fields: readonly Path<T>[],
  setError: UseFormSetError<T>,
): string | null {
  const problem = problemOf(error);
  if (!problem) return null;
  const placed = (problem.errors ?? []).filter((entry) => {
    const field = fields.find((name) => name === entry.field || entry.field.endsWith(`.${name}`));
    if (field) setError(field, { type: 'server', message: fieldFaultText(entry) }, { shouldFocus: true });
    return field !== undefined;
  });
  return placed.length > 0 ? null : problemText(problem);
}
