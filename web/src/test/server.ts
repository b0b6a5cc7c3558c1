import { HttpResponse, http, type JsonBodyType } from 'msw';
import { setupServer } from 'msw/node';
import type {
  Response as Answer,
  ApiKey,
  Ballot,
  BudgetStanding,
  Conversation,
  Estimate,
  Instance,
  Message,
  Panel,
  Prompt,
  SearchHit,
  Service,
  Session,
  UsageLine,
} from '@/generated/api';
import { textsOf } from '@/live/thread-cache';
import { anAccount, anEstimate, aService, instance, session } from './fixtures';
import { aRanking } from './judge-fixtures';
import { aConsensus, aConversation, aMessage } from './turn-fixtures';

/** What the pretended server knows. Tests change it before they draw the page. */
export interface World {
  instance: Instance;
  session: Session | null;
  services: Service[];
  keys: ApiKey[];
  conversations: Conversation[];
  messages: Message[];
  lastSeq: number;
  answers: Record<string, string>;
  /** What came beside the answers. */
  beside: Record<string, Partial<Answer>>;
  ballots: Ballot[];
  hits: SearchHit[];
  usage: UsageLine[];
  budgets: BudgetStanding[];
  estimate: Estimate;
  panels: Panel[];
  prompts: Prompt[];
  /** Every request that changes something, in order. */
  sent: { method: string; path: string; body: unknown; headers: Headers }[];
}

export let world: World;

export function resetWorld(): void {
  world = {
    instance: { ...instance },
    session,
    services: [aService({ name: 'Aria' }), aService({ name: 'Bolt' }), aService({ name: 'Cedar' })],
    keys: [],
    conversations: [aConversation()],
    messages: [aMessage()],
    lastSeq: 10,
    beside: {},
    answers: {
      'response-Aria': 'The **whole** answer of Aria.',
      'response-Bolt': 'All of Bolt.',
      'response-Cedar': 'All of Cedar.',
    },
    ballots: [],
    hits: [],
    usage: [],
    budgets: [],
    estimate: anEstimate({ at_most_micro_usd: 0 }),
    panels: [],
    prompts: [],
    sent: [],
  };
}

export function problem(status: number, slug: string, detail: string, errors?: object[]) {
  return HttpResponse.json(
    { type: `/problems/${slug}`, title: slug, status, detail, errors },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
}

type Resolver = (info: {
  params: Record<string, string>;
  body: never;
  request: Request;
}) => Response | Promise<Response>;

/** A handler that notes the request before it answers. */
export function change(method: 'post' | 'patch' | 'put' | 'delete', path: string, resolver: Resolver) {
  return http[method](`*/api/v1${path}`, async ({ params, request }) => {
    const text = await request.clone().text();
    const body = text ? JSON.parse(text) : null;
    world.sent.push({
      method,
      path: new URL(request.url).pathname.replace('/api/v1', ''),
      body,
      headers: request.headers,
    });
    return resolver({ params: params as Record<string, string>, body: body as never, request });
  });
}

const json = (body: JsonBodyType, status = 200) => HttpResponse.json(body, { status });
const empty = () => new HttpResponse(null, { status: 204 });
const response = (id: string | undefined) => {
  const found = world.messages.flatMap((m) => (m.batch ? textsOf(m.batch) : [])).find((r) => r.id === id);
  return found ?? null;
};

export const server = setupServer(
  http.get('*/api/v1/instance', () => json(world.instance)),
  http.get('*/api/v1/auth/me', () =>
    world.session ? json(world.session) : problem(401, 'unauthenticated', 'Sign in first.'),
  ),
  http.get('*/api/v1/account', () => json(anAccount(world.session?.user))),
  http.get('*/api/v1/services', () => json({ items: world.services })),
  http.get('*/api/v1/admin/service-presets', () => json({ items: [], priced_on: '2026-11-21' })),
  http.get('*/api/v1/admin/services/health', () => json({ items: [] })),
  http.get('*/api/v1/panels', () => json({ items: world.panels })),
  http.get('*/api/v1/prompts', () => json({ items: world.prompts })),
  http.get('*/api/v1/api-keys', () => json({ items: world.keys })),
  http.get('*/api/v1/usage', () => json({ items: world.usage })),
  http.post('*/api/v1/estimates', ({ request }) =>
    request.headers.get('x-csrf-token')
      ? json(world.estimate)
      : problem(403, 'csrf', 'Not from the page itself.'),
  ),
  http.get('*/api/v1/admin/usage', () => json({ items: world.usage })),
  http.get('*/api/v1/budgets', () => json({ items: world.budgets })),
  http.get('*/api/v1/admin/budgets', () => json({ items: world.budgets })),
  http.get('*/api/v1/admin/users', () => json({ items: world.session ? [world.session.user] : [] })),
  http.get('*/api/v1/search', () => json({ items: world.hits })),
  http.get('*/api/v1/conversations', ({ request }) => {
    const archived = new URL(request.url).searchParams.get('archived') === 'true';
    return json({
      items: world.conversations.filter((c) => c.archived === archived && !c.deleted),
      next_cursor: null,
    });
  }),
  http.get('*/api/v1/conversations/:id', ({ params }) => {
    const found = world.conversations.find((c) => c.id === params.id);
    return found ? json(found) : problem(404, 'not_found', 'There is no such conversation.');
  }),
  http.get('*/api/v1/conversations/:id/messages', ({ params }) =>
    world.conversations.some((c) => c.id === params.id)
      ? json({ items: world.messages, next_cursor: null, last_seq: world.lastSeq })
      : problem(404, 'not_found', 'There is no such conversation.'),
  ),
  http.get('*/api/v1/conversations/:id/context', () =>
    json({
      context_mode: 'shared',
      turns: 1,
      services: [
        {
          service_id: 'service-Aria',
          service_name: 'Aria',
          messages: [
            {
              role: 'user',
              content: 'Which index?',
              message_id: 'message-1',
              response_id: null,
              kept: null,
              attachments: [],
            },
            {
              role: 'assistant',
              attachments: [],
              content: 'Take BRIN.',
              message_id: 'message-1',
              response_id: 'response-Aria',
              kept: 'selected',
            },
          ],
          input_tokens: 1204,
          cost_micro_usd: 3600,
          dropped_turns: 1,
          vision: false,
          images_left_out: 0,
        },
      ],
    }),
  ),
  http.get('*/api/v1/responses/:id', ({ params }) => {
    const found = response(params.id as string);
    return found
      ? json({ ...found, expanded_content: world.answers[found.id] ?? '', ...world.beside[found.id] })
      : problem(404, 'not_found', 'There is no such answer.');
  }),
  http.get('*/api/v1/batches/:id/consensus/estimate', () =>
    json({
      service_id: 'service-Aria',
      service_name: 'Aria',
      writing_micro_usd: 4000,
      comparing: {
        mean_calls: 2,
        most_calls: 2,
        input_tokens: 3000,
        output_tokens: 600,
        cost_micro_usd: 2000,
        most_micro_usd: 2000,
        judges: [],
      },
      cost_micro_usd: 6000,
    }),
  ),
  http.get('*/api/v1/batches/:id/ballots', () =>
    json({ items: world.ballots, rankings: world.ballots.length > 0 ? [aRanking()] : [] }),
  ),
  change('post', '/auth/logout', empty),
  change('post', '/conversations', ({ body }) => {
    const made = aConversation({ id: 'conversation-new', title: 'New conversation', ...(body as object) });
    world.conversations.unshift(made);
    world.messages = [];
    return json(made, 201);
  }),
  change('patch', '/conversations/:id', ({ params, body }) => {
    const found = world.conversations.find((c) => c.id === params.id);
    return json(Object.assign(found ?? {}, body));
  }),
  change('delete', '/conversations/:id', empty),
  change('post', '/conversations/:id/restore', ({ params }) => json(aConversation({ id: params.id }))),
  change('post', '/conversations/:id/messages', ({ params, body }) => {
    const { content } = body as { content: string };
    const message = aMessage({
      id: `message-${world.messages.length + 1}`,
      conversation_id: params.id,
      content,
      batch: null,
    });
    world.messages.push(message);
    return json(
      { message, ai_request_batch: { id: 'batch-2', expected_responses: 3, status: 'PENDING' } },
      202,
    );
  }),
  change('patch', '/messages/:id', ({ body }) => json(aMessage(body as object))),
  change('post', '/messages/:id/prune', () =>
    json({
      pruned_response_ids: ['response-Bolt', 'response-Cedar'],
      saved_tokens: 8412,
      saved_micro_usd: 42_000,
    }),
  ),
  change('post', '/messages/:id/restore', () =>
    json({ restored_response_ids: ['response-Bolt', 'response-Cedar'] }),
  ),
  change('post', '/messages/:id/responses', () => json(response('response-Aria'), 202)),
  change('post', '/responses/:id/:action', ({ params }) => json(response(params.id))),
  change('post', '/batches/:id/consensus', () => json(aConsensus(), 202)),
  change('post', '/batches/:id/:action', () => json(world.messages[0]?.batch ?? null)),
);
