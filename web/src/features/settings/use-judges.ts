import { api, useListJudgesQuery } from '@/app/api';
import type { ItemsJudgeReport } from '@/generated/api';

export type JudgeReport = ItemsJudgeReport['items'][number];

const POLL_MS = 1_000;

/** Every judge; asked again each second while one is being examined. */
export function useJudges() {
  const { data } = api.endpoints.listJudges.useQueryState();
  const running = data?.items.some((judge) => judge.exam?.status === 'running') ?? false;
  return useListJudgesQuery(undefined, { pollingInterval: running ? POLL_MS : 0 });
}
