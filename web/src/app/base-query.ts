import { type BaseQueryFn, type FetchArgs, fetchBaseQuery } from '@reduxjs/toolkit/query';
import type { Problem, Session } from '@/generated/api';
import { problemOf, problemSlug, unreachable } from './problem';
import { accountClosed, sessionLost, tokenReceived } from './session-slice';

type ApiError = { status: number; data: Problem };

interface StateWithSession {
  session: { csrfToken: string | null };
}

const raw = fetchBaseQuery({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  prepareHeaders(headers, { getState, type, endpoint }) {
    const token = (getState() as StateWithSession).session.csrfToken;
    // A question that goes out as a POST needs it as well.
    if ((type === 'mutation' || endpoint === 'estimate') && token) headers.set('X-CSRF-Token', token);
    return headers;
  },
  async responseHandler(response) {
    const text = await response.text();
    if (text === '') return null;
    try {
      return JSON.parse(text);
    } catch {
      return { unreadable: true };
    }
  },
});

function withoutUndefinedHeaders(args: string | FetchArgs): string | FetchArgs {
  if (typeof args === 'string' || !args.headers) return args;
  const kept = Object.entries(args.headers as Record<string, string | undefined>).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...args, headers: Object.fromEntries(kept) };
}

function urlOf(args: string | FetchArgs): string {
  return typeof args === 'string' ? args : args.url;
}

function toApiError(error: { status: unknown }): ApiError {
  const problem = typeof error.status === 'number' ? (problemOf(error) ?? unreachable()) : unreachable();
  return { status: problem.status, data: problem };
}

/**
 * Talks to the API with the session's CSRF token and turns every failure into a problem.
 * A stale token (another tab signed in anew) is renewed once; a lost session is recorded.
 */
export const problemBaseQuery: BaseQueryFn<string | FetchArgs, unknown, ApiError> = async (
  args,
  api,
  extra,
) => {
  const request = withoutUndefinedHeaders(args);
  let result = await raw(request, api, extra);
  if (result.error && problemSlug(problemOf(result.error)) === 'csrf') {
    const renewed = await raw('/api/v1/auth/me', api, extra);
    if (renewed.data) {
      api.dispatch(tokenReceived((renewed.data as Session).csrf_token));
      result = await raw(request, api, extra);
    }
  }
  if (!result.error) return { data: result.data };
  const error = toApiError(result.error);
  if (error.status === 401 && !urlOf(args).includes('/auth/')) api.dispatch(sessionLost());
  if (problemSlug(error.data) === 'account_closed') api.dispatch(accountClosed());
  return { error };
};
