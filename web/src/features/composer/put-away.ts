import { useState } from 'react';
import { readStored, writeStored } from '@/app/stored';
import type { BudgetStanding } from '@/generated/api';

const KEY = 'quorum.budget-warnings-put-away';

/** One warning of one period. Another threshold makes another warning of it. */
interface PutAway {
  budget: string;
  softMicroUsd: number | null;
  until: string;
}

function readAll(): PutAway[] {
  try {
    const value: unknown = JSON.parse(readStored(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one?.until === 'string') : [];
  } catch {
    return [];
  }
}

const ofStanding = ({ id, soft_micro_usd, resets_at }: BudgetStanding): PutAway => ({
  budget: id,
  softMicroUsd: soft_micro_usd ?? null,
  until: resets_at,
});

/** Warnings that the reader has seen and put away in this browser, until the budget begins anew. */
export function usePutAwayWarnings() {
  const [all, setAll] = useState(readAll);
  const isPutAway = (budget: BudgetStanding): boolean => {
    const { softMicroUsd, until } = ofStanding(budget);
    return all.some(
      (one) => one.budget === budget.id && one.softMicroUsd === softMicroUsd && one.until === until,
    );
  };
  const putAway = (budget: BudgetStanding): void => {
    const now = Date.now();
    const next = [...readAll().filter((one) => Date.parse(one.until) > now), ofStanding(budget)];
    writeStored(KEY, JSON.stringify(next));
    setAll(next);
  };
  return { isPutAway, putAway };
}
