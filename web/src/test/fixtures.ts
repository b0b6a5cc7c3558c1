import type {
  Agreement,
  Attachment,
  Ballot,
  Batch,
  BudgetStanding,
  Claim,
  Consensus,
  Conversation,
  Estimate,
  Instance,
  Message,
  Ranking,
  Response,
  Service,
  Session,
  UsageLine,
} from '@/generated/api';

const at = '2026-11-21T09:00:00Z';

export const session: Session = {
  user: { id: 'user-1', name: 'Ada', email: 'ada@example.com', role: 'admin' },
  csrf_token: 'token-1',
};

export const instance: Instance = {
  version: '0.1.0',
  registration: 'open',
  needs_setup: false,
  setup_token_required: false,
  demo: true,
  has_tiny_models: false,
  limits: {
    message_chars: 8000,
    title_chars: 200,
    system_prompt_chars: 8000,
    services_per_message: 8,
    images_per_message: 4,
    image_kilobytes: 3584,
    image_megabytes_per_user: 500,
  },
};

export function aUsageLine(patch: Partial<UsageLine> = {}): UsageLine {
  return {
    key: '2026-11-21',
    label: '2026-11-21',
    calls: 3,
    input_tokens: 1200,
    output_tokens: 800,
    cost_micro_usd: 4200,
    answered: 3,
    ranked: 0,
    wins: 0,
    kept: 0,
    first_token_ms: 300,
    total_ms: 1500,
    ...patch,
  };
}

export function anEstimate(patch: Partial<Estimate> = {}): Estimate {
  return {
    answers: [
      {
        service_id: 'service-Aria',
        service_name: 'Aria',
        input_tokens: 40,
        output_tokens: 500,
        cost_micro_usd: 8000,
        at_most_micro_usd: 62_000,
      },
    ],
    judging: {
      mean_calls: 2.25,
      most_calls: 3,
      input_tokens: 4000,
      output_tokens: 900,
      cost_micro_usd: 5000,
      most_micro_usd: 7000,
      judges: [{ service_id: 'service-Judge', service_name: 'Judge', ballots: 1.25, cost_micro_usd: 3000 }],
    },
    cost_micro_usd: 13_000,
    at_most_micro_usd: 69_000,
    budget_left_micro_usd: null,
    ...patch,
  };
}

export function aBudget(patch: Partial<BudgetStanding> = {}): BudgetStanding {
  return {
    id: 'budget-1',
    scope: 'instance',
    subject_id: null,
    subject_name: '',
    period: 'month',
    soft_micro_usd: 5_000_000,
    hard_micro_usd: 10_000_000,
    spent_micro_usd: 6_000_000,
    reserved_micro_usd: 0,
    state: 'open',
    resets_at: '2026-12-01T00:00:00Z',
    ...patch,
  };
}

export function aService(patch: Partial<Service> = {}): Service {
  const name = patch.name ?? 'Aria';
  return {
    id: `service-${name}`,
    name,
    service_type: 'anthropic',
    base_url: 'https://models.example.com/v1',
    origin: 'https://models.example.com',
    model: `demo-${name.toLowerCase()}`,
    max_output_tokens: 2048,
    context_window: 200_000,
    vision: false,
    temperature: null,
    reasoning_effort: null,
    input_price_micro_usd: 3_000_000,
    cached_input_price_micro_usd: 300_000,
    output_price_micro_usd: 15_000_000,
    active: true,
    judge: false,
    contestant: true,
    demo: true,
    tiny: false,
    requires_key: false,
    key: 'not_needed',
    created_at: at,
    ...patch,
  };
}

export function aResponse(patch: Partial<Response> = {}): Response {
  const name = patch.service_name ?? 'Aria';
  return {
    id: `response-${name}`,
    batch_id: 'batch-1',
    message_id: 'message-1',
    conversation_id: 'conversation-1',
    service_id: `service-${name}`,
    service_name: name,
    model: `demo-${name.toLowerCase()}`,
    demo: true,
    tiny: false,
    role: 'answer',
    position: 0,
    status: 'completed',
    stage: 'answered',
    progress: 100,
    summary: `Summary by ${name}.`,
    summary_source: 'extractive',
    reasoning: null,
    agreement_reason: null,
    ranking_score: null,
    score_low: null,
    score_high: null,
    rank: null,
    tied: false,
    expanded_content: null,
    citation_count: 0,
    content_length: 40,
    finish_reason: 'stop',
    error: null,
    retry_at: null,
    attempt: 1,
    max_attempts: 3,
    usage: { input_tokens: 10, cached_input_tokens: 0, output_tokens: 20, reasoning_tokens: 0 },
    cost_micro_usd: 1200,
    created_at: at,
    started_at: at,
    first_token_at: at,
    finished_at: '2026-11-21T09:00:02Z',
    selected: false,
    deleted: false,
    ...patch,
  };
}

/** Three answers, ranked by two judges. */
export function rankedResponses(): Response[] {
  const ranked = { stage: 'ranked' as const, summary_source: 'judge' as const };
  return [
    aResponse({
      service_name: 'Bolt',
      position: 0,
      rank: 2,
      ranking_score: 6.1,
      score_low: 5.4,
      score_high: 6.8,
      reasoning: 'Short but right.',
      ...ranked,
    }),
    aResponse({
      service_name: 'Aria',
      position: 1,
      rank: 1,
      ranking_score: 8.3,
      score_low: 7.7,
      score_high: 8.9,
      reasoning: 'Fits the load.',
      ...ranked,
    }),
    aResponse({
      service_name: 'Cedar',
      position: 2,
      rank: 3,
      ranking_score: 3.2,
      score_low: 2.2,
      score_high: 4.2,
      reasoning: 'Wanders off.',
      ...ranked,
    }),
  ];
}

export function aBatch(patch: Partial<Batch> = {}): Batch {
  return {
    id: 'batch-1',
    message_id: 'message-1',
    status: 'COMPLETED',
    expected_responses: 3,
    finished_responses: 3,
    answered_responses: 3,
    judges_wanted: 2,
    judges_voted: 2,
    ranking_method: 'judge',
    ranking_note: null,
    ranking_remarks: [],
    agreement: null,
    ranked_response_ids: ['response-Bolt', 'response-Aria', 'response-Cedar'],
    selected_response_id: null,
    pruned: false,
    created_at: at,
    completed_at: at,
    responses: rankedResponses(),
    consensuses: [],
    ...patch,
  };
}

export function aClaim(patch: Partial<Claim> = {}): Claim {
  return {
    text: 'Ranges decide.',
    standing: 'all',
    supported_by: ['Bolt', 'Aria', 'Cedar'].map((name) => ({
      response_id: `response-${name}`,
      passage: null,
    })),
    contradicted_by: [],
    method: 'judge',
    ...patch,
  };
}

export function anAgreement(claims: Claim[]): Agreement {
  return { source: 'judge', agree: [], disagree: [], claims };
}

/** A complete consensus of two sentences, of which the second rests on nothing. */
export function aConsensus(patch: Partial<Consensus> = {}): Consensus {
  return {
    response: aResponse({
      id: 'consensus-1',
      service_name: 'Judge',
      role: 'consensus',
      content_length: 30,
    }),
    source_ids: ['response-Aria', 'response-Bolt'],
    known_ids: ['response-Bolt', 'response-Aria', 'response-Cedar'],
    keep: [],
    passed_over: [],
    comparison: null,
    sentences: [
      {
        passage: { start: 0, end: 13 },
        sources: [{ response_id: 'response-Aria', passage: null }],
        contradicted_by: [],
        likeness: 0.9,
      },
      { passage: { start: 14, end: 30 }, sources: [], contradicted_by: [], likeness: 0 },
    ],
    ...patch,
  };
}

export function anAttachment(patch: Partial<Attachment> = {}): Attachment {
  return {
    id: 'image-1',
    name: 'map.png',
    media_type: 'image/png',
    width: 640,
    height: 480,
    bytes: 1200,
    created_at: at,
    ...patch,
  };
}

export function aMessage(patch: Partial<Message> = {}): Message {
  return {
    id: 'message-1',
    conversation_id: 'conversation-1',
    author_id: 'user-1',
    content: 'Which index suits an append-only table?',
    attachments: [],
    excluded: false,
    created_at: at,
    batch: aBatch(),
    ...patch,
  };
}

export function aConversation(patch: Partial<Conversation> = {}): Conversation {
  return {
    id: 'conversation-1',
    title: 'Append-only tables',
    title_source: 'auto',
    archived: false,
    deleted: false,
    service_ids: [],
    context_mode: 'shared',
    judging_policy: 'judge',
    judge_ids: [],
    system_prompt: '',
    last_seq: 10,
    message_count: 1,
    created_at: at,
    updated_at: at,
    last_message_at: at,
    ...patch,
  };
}

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
