import { createApi } from '@reduxjs/toolkit/query/react';
import { problemBaseQuery } from './base-query';

/** The one cache of server state. Endpoints are injected by the generated file and by `api.ts`. */
export const emptyApi = createApi({
  reducerPath: 'server',
  baseQuery: problemBaseQuery,
  tagTypes: [
    'Session',
    'Account',
    'Services',
    'Keys',
    'Context',
    'Search',
    'Ballots',
    'ConsensusCost',
    'Usage',
    'Budgets',
    'Judges',
    'Sessions',
    'Tokens',
    'Webhooks',
    'Deliveries',
    'People',
    'Links',
    'Health',
    'Queue',
    'InstanceSettings',
    'Instance',
    'Panels',
    'Prompts',
    'Shares',
  ],
  endpoints: () => ({}),
});
