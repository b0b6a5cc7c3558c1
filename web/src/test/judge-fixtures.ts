import type { Ballot, Board, Exam, ItemsJudgeReport, Ranking, ServiceStanding } from '@/generated/api';

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

const at = '2026-11-21T09:00:00Z';

export function aBallot(patch: Partial<Ballot> = {}): Ballot {
  return {
    id: 'ballot-1',
    ranking_id: 'ranking-1',
    consensus_id: null,
    judge_service_id: 'service-Judge',
    judge_name: 'Judge',
    status: 'voted',
    order: ['response-Bolt', 'response-Aria', 'response-Cedar'],
    tiers: [['response-Aria'], ['response-Bolt', 'response-Cedar']],
    said: [
      {
        response_id: 'response-Aria',
        reason: 'Right and short.',
        meets_request: true,
        faults: [],
        injection: false,
      },
      {
        response_id: 'response-Bolt',
        reason: 'Half right.',
        meets_request: false,
        faults: ['No example.'],
        injection: true,
      },
    ],
    expected_accuracy: 0.65,
    weight: 1,
    void_reason: null,
    raw_reply: '{"v":1}',
    prompt_version: 'ballot-1',
    cost_micro_usd: 1800,
    created_at: at,
    ...patch,
  };
}

/** The ranking of `aBallot`, as it is stored. */
export function aRanking(): Ranking {
  const entry = (name: string, rank: number, score: [number, number, number]) => ({
    response_id: `response-${name}`,
    rank,
    score,
    tied: false,
    flagged: name === 'Bolt',
  });
  return {
    id: 'ranking-1',
    method: 'judge',
    consensus_id: null,
    named_judges: [],
    created_at: at,
    completed_at: at,
    record: {
      entries: [
        entry('Aria', 1, [7.1, 6.2, 8]),
        entry('Bolt', 2, [4, 3, 5]),
        entry('Cedar', 3, [3.9, 2.9, 4.9]),
      ],
      pairs: [
        { first: 'response-Aria', second: 'response-Bolt', probability: 0.724, too_close_to_call: false },
      ],
      stopped: 'agreed',
      flags: { injection: true },
      diagnostics: { judge_agreement: 0.7, answer_agreement: 0.5, position_effect: 0, length_effect: 0.67 },
    },
  };
}
