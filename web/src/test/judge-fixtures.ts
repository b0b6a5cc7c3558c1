import type { Board, Exam, ItemsJudgeReport, ServiceStanding } from '@/generated/api';

type JudgeReport = ItemsJudgeReport['items'][number];

export function anExam(patch: Partial<Exam> = {}): Exam {
  return {
    id: 'exam-1',
    status: 'finished',
    sheets: 80,
    marked: 80,
    accuracy: 0.825,
    order_consistency: 0.9,
    void: 2,
    passes: true,
    by_kind: [
      { kind: 'natural', right: 11.5, pairs: 12 },
      { kind: 'longer_but_wrong', right: 6, pairs: 8 },
      { kind: 'something_new', right: 1, pairs: 2 },
    ],
    failure: null,
    cost_micro_usd: 12_000,
    created_at: '2026-11-21T09:00:00Z',
    finished_at: '2026-11-21T09:01:00Z',
    ...patch,
  };
}

export function aJudge(patch: Partial<JudgeReport> = {}): JudgeReport {
  return {
    service_id: 'service-Aria',
    service_name: 'Aria',
    model: 'demo-judge',
    family: 'demo',
    expected_accuracy: 0.65,
    counts: true,
    choice_pairs: 0,
    choice_right: 0,
    exam: null,
    ...patch,
  };
}

export function aStanding(patch: Partial<ServiceStanding> = {}): ServiceStanding {
  const name = patch.service_name ?? 'Aria';
  return {
    service_id: `service-${name}`,
    service_name: name,
    score: 7.2,
    low: 6.1,
    high: 8.3,
    kept: 8,
    choices: 12,
    ...patch,
  };
}

export function aBoard(patch: Partial<Board> = {}): Board {
  return {
    topic: null,
    selections: 12,
    standings: [aStanding(), aStanding({ service_name: 'Bolt', score: 2.8, low: 0, high: 6.9, kept: 2 })],
    proposed_panel: ['service-Aria', 'service-Cedar', 'service-gone'],
    ...patch,
  };
}
