import type {
  Agreement,
  Attachment,
  Batch,
  Claim,
  Consensus,
  Conversation,
  Message,
  Response,
} from '@/generated/api';

const at = '2026-11-21T09:00:00Z';

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
