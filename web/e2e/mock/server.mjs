// A small stand-in for the backend, for looking at the screens. Never part of the product.
// Usage: node e2e/mock/server.mjs [port]   (serves ../../dist, build first)
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import * as rehearsed from './answers.mjs';

const port = Number(process.argv[2] ?? 8099);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const id = () => randomUUID();
const now = () => new Date().toISOString();
const texts = { Aria: rehearsed.aria, Bolt: rehearsed.bolt, Cedar: rehearsed.cedar };

const service = (name, model, extra = {}) => ({
  id: id(),
  name,
  service_type: 'anthropic',
  base_url: 'http://127.0.0.1:4000/anthropic',
  origin: 'http://127.0.0.1:4000',
  model,
  max_output_tokens: 2048,
  context_window: 200000,
  vision: false,
  temperature: null,
  reasoning_effort: null,
  input_price_micro_usd: 3000000,
  cached_input_price_micro_usd: 300000,
  output_price_micro_usd: 15000000,
  active: true,
  judge: false,
  contestant: true,
  demo: true,
  tiny: false,
  requires_key: false,
  key: 'not_needed',
  created_at: now(),
  ...extra,
});
const db = {
  user: null,
  csrf: id(),
  conversations: new Map(),
  messages: new Map(),
  events: new Map(),
  contents: new Map(),
  idempotent: new Map(),
  keys: [],
  ballots: new Map(),
  sockets: new Map(),
  userSockets: new Set(),
  timers: new Map(),
  services: [
    service('Aria', 'demo-aria'),
    service('Bolt', 'demo-bolt', { service_type: 'openai' }),
    service('Cedar', 'demo-cedar', { service_type: 'gemini' }),
    service('Judge', 'demo-judge', { contestant: false, judge: true }),
  ],
};

const problem = (status, slug, detail, errors) => ({
  status,
  body: {
    type: `/problems/${slug}`,
    title: slug.replace('_', ' '),
    status,
    detail,
    ...(errors ? { errors } : {}),
  },
});
const ok = (body, status = 200) => ({ status, body });
const none = () => ({ status: 204, body: null });

function emit(cid, body) {
  const conversation = db.conversations.get(cid);
  const event = { ...body, seq: ++conversation.last_seq, conversation_id: cid, at: now() };
  db.events.get(cid).push(event);
  for (const socket of db.sockets.get(cid) ?? []) socket.send(JSON.stringify(event));
}
function hint(cid, change) {
  for (const socket of db.userSockets)
    socket.send(JSON.stringify({ type: 'conversation_changed', conversation_id: cid, change }));
}
const bare = (response) => ({ ...response, expanded_content: null });
const stateOf = ({ responses, ...rest }) => rest;
const messagesOf = (cid) => db.messages.get(cid);
const allMessages = () => [...db.messages.values()].flat();
const batchById = (bid) =>
  allMessages()
    .map((m) => m.batch)
    .find((b) => b?.id === bid);
const responseById = (rid) =>
  allMessages()
    .flatMap((m) => m.batch?.responses ?? [])
    .find((r) => r.id === rid);
const messageById = (mid) => allMessages().find((m) => m.id === mid);

function update(response, patch) {
  Object.assign(response, patch);
  emit(response.conversation_id, { type: 'response_update', response: bare(response) });
}
function updateBatch(batch, cid, patch) {
  Object.assign(batch, patch);
  emit(cid, { type: 'batch_update', batch: stateOf(batch) });
}

function newResponse(message, batch, srv, position) {
  return {
    id: id(),
    batch_id: batch.id,
    message_id: message.id,
    conversation_id: message.conversation_id,
    service_id: srv.id,
    service_name: srv.name,
    model: srv.model,
    demo: srv.demo,
    tiny: srv.tiny,
    role: 'answer',
    position,
    status: 'pending',
    stage: 'queued',
    progress: 0,
    summary: null,
    summary_source: null,
    reasoning: null,
    agreement_reason: null,
    ranking_score: null,
    score_low: null,
    score_high: null,
    rank: null,
    tied: false,
    expanded_content: null,
    content_length: 0,
    finish_reason: null,
    error: null,
    retry_at: null,
    attempt: 1,
    max_attempts: 3,
    usage: null,
    cost_micro_usd: 0,
    created_at: now(),
    started_at: null,
    first_token_at: null,
    finished_at: null,
    selected: false,
    deleted: false,
  };
}

function later(key, ms, run) {
  const timer = setTimeout(run, ms);
  db.timers.set(key, [...(db.timers.get(key) ?? []), timer]);
}
function clear(key) {
  for (const timer of db.timers.get(key) ?? []) clearTimeout(timer);
  db.timers.delete(key);
}

function fail(response, kind, message, action) {
  update(response, {
    status: 'failed',
    stage: 'failed',
    progress: 100,
    finished_at: now(),
    error: { kind, message, action, retryable: true },
  });
  settle(response.batch_id);
}

function run(response) {
  const srv = db.services.find((s) => s.id === response.service_id);
  update(response, { status: 'processing', stage: 'calling', progress: 5, started_at: now() });
  const behaviour = srv.model.split('+').slice(1);
  if (srv.requires_key && !db.keys.some((k) => k.origin === srv.origin)) {
    return later(response.id, 300, () =>
      fail(response, 'key_missing', `There is no key for ${srv.name}.`, 'Add a key, then retry.'),
    );
  }
  if (behaviour.includes('500'))
    return later(response.id, 500, () =>
      fail(
        response,
        'overloaded',
        `${srv.name} reports an internal error after 3 tries.`,
        'Retry in a minute, or remove it from this turn.',
      ),
    );
  if (behaviour.includes('429x2') && response.attempt < 3) {
    return later(response.id, 400, () => {
      update(response, { stage: 'retrying', retry_at: new Date(Date.now() + 4000).toISOString() });
      later(response.id, 4000, () => {
        response.attempt += 1;
        response.retry_at = null;
        run(response);
      });
    });
  }
  const text =
    texts[srv.name] ??
    `[demo] A rehearsal answer of ${srv.name}.\n\nThis service does not know the question.`;
  db.contents.set(response.id, '');
  let at = 0;
  const speed = srv.name === 'Bolt' ? 5 : 9;
  const tick = () => {
    const piece = text.slice(at, at + speed);
    if (at === 0) update(response, { stage: 'streaming', first_token_at: now(), progress: 10 });
    const delta = {
      type: 'response_delta',
      response_id: response.id,
      attempt: response.attempt,
      offset: at,
      text: piece,
    };
    at += piece.length;
    db.contents.set(response.id, text.slice(0, at));
    response.content_length = at;
    response.progress = Math.min(95, 10 + Math.round((at / text.length) * 85));
    for (const socket of db.sockets.get(response.conversation_id) ?? []) socket.send(JSON.stringify(delta));
    if (at < text.length) return later(response.id, 40, tick);
    update(response, {
      status: 'completed',
      stage: 'answered',
      progress: 100,
      finished_at: now(),
      finish_reason: 'stop',
      content_length: text.length,
      summary: text.split('\n')[0].slice(0, 180),
      summary_source: 'extractive',
      usage: {
        input_tokens: 42,
        cached_input_tokens: 0,
        output_tokens: Math.ceil(text.length / 4),
        reasoning_tokens: 0,
      },
      cost_micro_usd: Math.ceil(text.length / 4) * 15,
    });
    settle(response.batch_id);
  };
  later(response.id, 500 + response.position * 350, tick);
}

function settle(bid) {
  const batch = batchById(bid);
  const cid = batch.responses[0].conversation_id;
  const done = batch.responses.filter((r) => !['pending', 'processing'].includes(r.status));
  const answered = batch.responses.filter((r) => r.status === 'completed');
  updateBatch(batch, cid, { finished_responses: done.length, answered_responses: answered.length });
  if (done.length < batch.responses.length) return;
  const policy = db.conversations.get(cid).judging_policy;
  if (answered.length < 2 || policy !== 'judge') {
    updateBatch(batch, cid, {
      status: answered.length ? 'COMPLETED' : 'FAILED',
      ranking_method: answered.length === 1 ? 'single' : policy === 'local' ? 'local' : 'none',
      completed_at: now(),
    });
    emit(cid, {
      type: 'batch_complete',
      batch_id: bid,
      completed_count: done.length,
      total_count: batch.responses.length,
    });
    return;
  }
  updateBatch(batch, cid, { status: 'RANKING', judges_wanted: 2 });
  for (const r of answered) update(r, { stage: 'judging' });
  later(bid, 1200, () => rank(batch, cid, answered));
}

function rank(batch, cid, answered) {
  const score = (r) => rehearsed.scores[r.service_name] ?? [3, 2, 4];
  const sorted = [...answered].sort((a, b) => score(b)[0] - score(a)[0]);
  sorted.forEach((r, i) => {
    const [mid, low, high] = score(r);
    update(r, {
      stage: 'ranked',
      rank: i + 1,
      ranking_score: mid,
      score_low: low,
      score_high: high,
      summary: rehearsed.summaries[r.service_name] ?? r.summary,
      summary_source: 'judge',
      reasoning: rehearsed.reasons[r.service_name] ?? 'Does not answer the question.',
    });
  });
  const ids = (names) => answered.filter((r) => names.includes(r.service_name)).map((r) => r.id);
  const claim = (text, standing, responseIds) => ({
    text,
    standing,
    supported_by: responseIds.map((response_id) => ({ response_id, passage: null })),
    contradicted_by: [],
    method: 'judge',
  });
  updateBatch(batch, cid, {
    status: 'COMPLETED',
    ranking_method: 'judge',
    judges_voted: 2,
    completed_at: now(),
    ranked_response_ids: answered.map((r) => r.id),
    agreement: {
      source: 'judge',
      agree: rehearsed.agreement.agree,
      disagree: rehearsed.agreement.points.map(([point, names]) => ({ point, response_ids: ids(names) })),
      claims: [
        ...rehearsed.agreement.agree.map((text) =>
          claim(text, 'all', ids(answered.map((r) => r.service_name))),
        ),
        ...rehearsed.agreement.points.map(([text, names]) =>
          claim(text, names.length > 1 ? 'some' : 'one', ids(names)),
        ),
      ],
    },
  });
  const ranking_id = id();
  const ballot = (name, tiers, extra = {}) => ({
    id: id(),
    ranking_id,
    judge_service_id: id(),
    judge_name: name,
    status: 'voted',
    order: sorted.map((r) => r.id).reverse(),
    tiers,
    weight: 1,
    void_reason: null,
    raw_reply: JSON.stringify({ v: 1, tiers }),
    prompt_version: 'ballot-1',
    cost_micro_usd: 1800,
    created_at: now(),
    ...extra,
  });
  db.ballots.set(batch.id, [
    ballot(
      'Judge',
      sorted.map((r) => [r.id]),
    ),
    ballot('Cedar', [[sorted[0].id], sorted.slice(1).map((r) => r.id)], { weight: 0.5 }),
  ]);
  emit(cid, {
    type: 'batch_complete',
    batch_id: batch.id,
    completed_count: answered.length,
    total_count: batch.responses.length,
  });
}

function ask(conversation, content) {
  const ids = conversation.service_ids;
  const asked = db.services.filter(
    (s) => s.active && s.contestant && (ids.length === 0 || ids.includes(s.id)),
  );
  const message = {
    id: id(),
    conversation_id: conversation.id,
    author_id: db.user.id,
    content,
    excluded: false,
    created_at: now(),
    batch: null,
  };
  const batch = {
    id: id(),
    message_id: message.id,
    status: 'PROCESSING',
    expected_responses: asked.length,
    finished_responses: 0,
    answered_responses: 0,
    judges_wanted: 0,
    judges_voted: 0,
    ranking_method: null,
    ranking_note: null,
    ranking_remarks: [],
    agreement: null,
    ranked_response_ids: [],
    selected_response_id: null,
    pruned: false,
    created_at: now(),
    completed_at: null,
    responses: [],
    consensuses: [],
  };
  batch.responses = asked.map((s, i) => newResponse(message, batch, s, i));
  message.batch = batch;
  messagesOf(conversation.id).push(message);
  conversation.last_message_at = conversation.updated_at = now();
  conversation.message_count += 1;
  emit(conversation.id, { type: 'message_created', message });
  if (conversation.title_source === 'default') {
    Object.assign(conversation, { title: content.slice(0, 48), title_source: 'auto' });
    emit(conversation.id, { type: 'conversation_updated', conversation: { ...conversation } });
  }
  hint(conversation.id, 'updated');
  for (const response of batch.responses) later(response.id, 200, () => run(response));
  return message;
}

function contextOf(conversation) {
  const messages = [];
  for (const message of messagesOf(conversation.id)) {
    if (message.excluded || !message.batch) continue;
    const live = message.batch.responses.filter((r) => !r.deleted && r.status === 'completed');
    const kept = live.find((r) => r.selected) ?? [...live].sort((a, b) => (a.rank ?? 9) - (b.rank ?? 9))[0];
    messages.push({
      role: 'user',
      content: message.content,
      message_id: message.id,
      response_id: null,
      kept: null,
    });
    if (kept)
      messages.push({
        role: 'assistant',
        content: db.contents.get(kept.id) ?? '',
        message_id: message.id,
        response_id: kept.id,
        kept: kept.selected ? 'selected' : 'by_default',
      });
  }
  if (conversation.system_prompt)
    messages.unshift({
      role: 'system',
      content: conversation.system_prompt,
      message_id: null,
      response_id: null,
      kept: null,
    });
  const tokens = Math.ceil(messages.reduce((n, m) => n + m.content.length, 0) / 4);
  return {
    context_mode: conversation.context_mode,
    turns: messages.filter((m) => m.role === 'user').length,
    services: db.services
      .filter((s) => s.active && s.contestant)
      .map((s) => ({
        service_id: s.id,
        service_name: s.name,
        messages,
        input_tokens: tokens,
        cost_micro_usd: tokens * 3,
        dropped_turns: 0,
      })),
  };
}

const routes = [];
const on = (method, pattern, handler) =>
  routes.push({
    method,
    regex: new RegExp(`^/api/v1${pattern.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
    handler,
  });
const session = () => ({ user: db.user, csrf_token: db.csrf });
const visible = (c) => ({ ...c });

on('GET', '/instance', () =>
  ok({
    version: '0.1.0',
    needs_setup: !db.user,
    setup_token_required: false,
    demo: true,
    has_tiny_models: false,
    limits: { message_chars: 8000, title_chars: 200, system_prompt_chars: 8000, services_per_message: 8 },
  }),
);
on('POST', '/auth/register', ({ body, login }) => {
  if (body.password.length < 10)
    return problem(422, 'validation', 'Check the form.', [
      { field: 'password', message: 'Use at least 10 characters.' },
    ]);
  db.user = { id: id(), name: body.name, email: body.email, role: 'admin', password: body.password };
  login();
  return ok(session(), 201);
});
on('POST', '/auth/login', ({ body, login }) => {
  if (!db.user || db.user.email !== body.email || db.user.password !== body.password)
    return problem(401, 'unauthenticated', 'E-mail or password is wrong.');
  login();
  return ok(session());
});
on('POST', '/auth/logout', ({ logout }) => {
  logout();
  return none();
});
on('GET', '/auth/me', ({ signedIn }) =>
  signedIn ? ok(session()) : problem(401, 'unauthenticated', 'Sign in first.'),
);
on('GET', '/services', () => ok({ items: db.services }));
on('POST', '/admin/services', ({ body }) => {
  if (body.base_url.includes('forbidden'))
    return problem(422, 'validation', 'Check the form.', [
      { field: 'base_url', message: 'This host is not allowed.' },
    ]);
  const made = service(body.name, body.model, {
    demo: false,
    requires_key: false,
    ...body,
    origin: new URL(body.base_url).origin,
    key: body.requires_key ? 'missing' : 'not_needed',
  });
  db.services.push(made);
  return ok(made, 201);
});
on('PATCH', '/admin/services/:id', ({ body, id: sid }) =>
  ok(
    Object.assign(
      db.services.find((s) => s.id === sid),
      body,
    ),
  ),
);
on('DELETE', '/admin/services/:id', ({ id: sid }) => {
  db.services = db.services.filter((s) => s.id !== sid);
  return none();
});
on('GET', '/admin/service-presets', () =>
  ok({
    priced_on: '2026-11-21',
    items: [
      {
        service_type: 'anthropic',
        label: 'Anthropic',
        base_url: 'https://api.anthropic.com',
        models: [
          {
            model: 'claude-sonnet-5-5',
            context_window: 1000000,
            max_output_tokens: 64000,
            input_price_micro_usd: 3000000,
            cached_input_price_micro_usd: 300000,
            output_price_micro_usd: 15000000,
          },
        ],
      },
    ],
  }),
);
on('GET', '/api-keys', () => ok({ items: db.keys }));
on('POST', '/api-keys', ({ body }) => {
  const srv = db.services.find((s) => s.id === body.service_id);
  if (body.key.length < 8)
    return problem(422, 'validation', 'Check the form.', [
      { field: 'key', message: 'This does not look like a key.' },
    ]);
  const key = {
    id: id(),
    service_type: srv.service_type,
    origin: srv.origin,
    service_names: [srv.name],
    scope: body.scope ?? 'user',
    last4: body.key.slice(-4),
    status: 'untested',
    status_detail: null,
    created_at: now(),
    last_used_at: null,
    tested_at: null,
    wrong: body.key.includes('wrong'),
  };
  db.keys = [...db.keys.filter((k) => k.origin !== srv.origin), key];
  srv.key = 'present';
  return ok(key, 201);
});
on('DELETE', '/api-keys/:id', ({ id: kid }) => {
  db.keys = db.keys.filter((k) => k.id !== kid);
  return none();
});
on('POST', '/api-keys/:id/test', ({ id: kid }) => {
  const key = db.keys.find((k) => k.id === kid);
  key.status = key.wrong ? 'failed' : 'ok';
  key.status_detail = key.wrong ? 'The provider does not accept this key.' : null;
  return key.wrong
    ? problem(422, 'key_test_failed', 'The key was refused.', [{ field: 'key', message: key.status_detail }])
    : ok(key);
});
on('GET', '/conversations', ({ query }) => {
  const archived = query.get('archived') === 'true';
  const items = [...db.conversations.values()]
    .filter((c) => !c.deleted && c.archived === archived)
    .sort((a, b) => (b.last_message_at ?? b.created_at).localeCompare(a.last_message_at ?? a.created_at));
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 30);
  return ok({
    items: items.slice(from, from + limit),
    next_cursor: from + limit < items.length ? String(from + limit) : null,
  });
});
on('POST', '/conversations', ({ body, idem }) =>
  idem(() => {
    const conversation = {
      id: id(),
      title: 'New conversation',
      title_source: 'default',
      archived: false,
      deleted: false,
      service_ids: [],
      context_mode: 'shared',
      judging_policy: 'judge',
      judge_ids: [],
      system_prompt: '',
      last_seq: 0,
      message_count: 0,
      created_at: now(),
      updated_at: now(),
      last_message_at: null,
      ...body,
    };
    db.conversations.set(conversation.id, conversation);
    db.messages.set(conversation.id, []);
    db.events.set(conversation.id, []);
    hint(conversation.id, 'created');
    return ok(visible(conversation), 201);
  }),
);
on('GET', '/conversations/:id', ({ id: cid }) =>
  db.conversations.has(cid)
    ? ok(visible(db.conversations.get(cid)))
    : problem(404, 'not_found', 'There is no such conversation.'),
);
on('PATCH', '/conversations/:id', ({ id: cid, body }) => {
  if (body.title !== undefined && body.title.trim().length > 200)
    return problem(422, 'validation', 'Check the form.', [
      { field: 'title', message: 'At most 200 characters.', limit: 200 },
    ]);
  const conversation = Object.assign(
    db.conversations.get(cid),
    body,
    body.title ? { title_source: 'user' } : {},
  );
  emit(cid, { type: 'conversation_updated', conversation: { ...conversation } });
  hint(cid, 'updated');
  return ok(visible(conversation));
});
on('DELETE', '/conversations/:id', ({ id: cid }) => {
  db.conversations.get(cid).deleted = true;
  hint(cid, 'deleted');
  return none();
});
on('POST', '/conversations/:id/restore', ({ id: cid }) => {
  db.conversations.get(cid).deleted = false;
  hint(cid, 'created');
  return ok(visible(db.conversations.get(cid)));
});
on('GET', '/search', ({ query }) => {
  const q = query.get('q').toLowerCase();
  const items = [];
  for (const c of db.conversations.values()) {
    if (c.deleted) continue;
    for (const m of messagesOf(c.id)) {
      const at = m.content.toLowerCase().indexOf(q);
      if (at >= 0)
        items.push({
          conversation_id: c.id,
          title: c.title,
          message_id: m.id,
          snippet: m.content.slice(0, 160),
          highlights: [[at, at + q.length]],
          at: m.created_at,
        });
    }
  }
  return ok({ items });
});
on('GET', '/conversations/:id/context', ({ id: cid }) => ok(contextOf(db.conversations.get(cid))));
on('GET', '/conversations/:id/messages', ({ id: cid, query }) => {
  if (!db.conversations.has(cid)) return problem(404, 'not_found', 'There is no such conversation.');
  const all = messagesOf(cid);
  const to = Number(query.get('cursor') ?? all.length);
  const limit = Number(query.get('limit') ?? 20);
  const from = Math.max(0, to - limit);
  return ok({
    items: all.slice(from, to),
    next_cursor: from > 0 ? String(from) : null,
    last_seq: db.conversations.get(cid).last_seq,
  });
});
on('POST', '/conversations/:id/messages', ({ id: cid, body, idem }) => {
  if ([...body.content].length > 8000)
    return problem(422, 'validation', 'The message is too long.', [
      { field: 'content', message: 'The message is too long.', limit: 8000 },
    ]);
  return idem(() => {
    const message = ask(db.conversations.get(cid), body.content);
    return ok(
      {
        message,
        ai_request_batch: {
          id: message.batch.id,
          expected_responses: message.batch.expected_responses,
          status: message.batch.status,
        },
      },
      202,
    );
  });
});
on('PATCH', '/messages/:id', ({ id: mid, body }) => {
  const m = Object.assign(messageById(mid), body);
  emit(m.conversation_id, { type: 'message_created', message: m });
  return ok(m);
});
on('POST', '/messages/:id/prune', ({ id: mid }) => {
  const m = messageById(mid);
  const gone = m.batch.responses.filter((r) => !r.selected && !r.deleted);
  for (const r of gone) r.deleted = true;
  m.batch.pruned = true;
  emit(m.conversation_id, { type: 'responses_pruned', message_id: mid, response_ids: gone.map((r) => r.id) });
  return ok({ pruned_response_ids: gone.map((r) => r.id), saved_tokens: 842, saved_micro_usd: 2526 });
});
on('POST', '/messages/:id/restore', ({ id: mid }) => {
  const m = messageById(mid);
  const back = m.batch.responses.filter((r) => r.deleted);
  for (const r of back) r.deleted = false;
  m.batch.pruned = false;
  emit(m.conversation_id, {
    type: 'responses_restored',
    message_id: mid,
    response_ids: back.map((r) => r.id),
  });
  return ok({ restored_response_ids: back.map((r) => r.id) });
});
on('GET', '/responses/:id', ({ id: rid }) =>
  ok({ ...responseById(rid), expanded_content: db.contents.get(rid) ?? '' }),
);
const choose = (response, selected) => {
  const m = messageById(response.message_id);
  for (const r of m.batch.responses) r.selected = selected && r.id === response.id;
  m.batch.selected_response_id = selected ? response.id : null;
  emit(response.conversation_id, {
    type: 'response_selected',
    message_id: m.id,
    response_id: m.batch.selected_response_id,
  });
  return ok(bare(response));
};
on('POST', '/responses/:id/select', ({ id: rid }) => choose(responseById(rid), true));
on('POST', '/responses/:id/deselect', ({ id: rid }) => choose(responseById(rid), false));
on('POST', '/responses/:id/delete', ({ id: rid }) => {
  const r = responseById(rid);
  update(r, { deleted: true });
  return ok(bare(r));
});
on('POST', '/responses/:id/restore', ({ id: rid }) => {
  const r = responseById(rid);
  update(r, { deleted: false });
  return ok(bare(r));
});
on('POST', '/responses/:id/retry', ({ id: rid }) => {
  const r = responseById(rid);
  update(r, {
    status: 'pending',
    stage: 'queued',
    progress: 0,
    error: null,
    content_length: 0,
    attempt: r.attempt + 1,
  });
  later(rid, 300, () => run(r));
  return ok(bare(r));
});
const stop = (r) => {
  clear(r.id);
  update(r, { status: 'cancelled', stage: 'cancelled', finished_at: now() });
};
on('POST', '/responses/:id/cancel', ({ id: rid }) => {
  const r = responseById(rid);
  stop(r);
  settle(r.batch_id);
  return ok(bare(r));
});
on('POST', '/batches/:id/cancel', ({ id: bid }) => {
  const b = batchById(bid);
  for (const r of b.responses) if (['pending', 'processing'].includes(r.status)) stop(r);
  settle(bid);
  return ok(b);
});
on('GET', '/batches/:id/ballots', ({ id: bid }) => {
  const items = db.ballots.get(bid) ?? [];
  const [first] = items;
  const ranking = first && {
    id: first.ranking_id,
    method: 'judge',
    consensus_id: null,
    named_judges: [],
    record: null,
    created_at: first.created_at,
    completed_at: first.created_at,
  };
  return ok({ items, rankings: ranking ? [ranking] : [] });
});
on('POST', '/batches/:id/rank', ({ id: bid }) => {
  const b = batchById(bid);
  settle(bid);
  return ok(b, 202);
});
const usageLine = (key, label, more) => ({
  key,
  label,
  calls: 3,
  input_tokens: 900,
  output_tokens: 2100,
  cost_micro_usd: 34200,
  answered: 3,
  ranked: 3,
  wins: 1,
  kept: 1,
  first_token_ms: 400,
  total_ms: 2300,
  ...more,
});
const usage = (query) => {
  const day = now().slice(0, 10);
  const named = db.services.filter((service) => service.contestant);
  const lines = {
    day: [usageLine(day, day, { calls: 9, cost_micro_usd: 149100 })],
    service: named.map((service) => usageLine(service.id, service.name)),
    service_day: named.map((service) => usageLine(`${day} ${service.id}`, service.name)),
  };
  return ok({ items: lines[query.get('group_by') ?? 'day'] ?? [usageLine('one', 'One of them')] });
};
on('GET', '/usage', ({ query }) => usage(query));
on('GET', '/admin/usage', ({ query }) => usage(query));
on('GET', '/admin/users', () => ok({ items: [] }));
on('GET', '/budgets', () => ok({ items: [] }));
on('GET', '/admin/budgets', () => ok({ items: [] }));

const sessions = new Set();
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const cookieOf = (request) => /quorum_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];

function serveFile(path, response) {
  const file = join(dist, path);
  const found = extname(path) && existsSync(file) ? file : join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': types[extname(found)] ?? 'application/octet-stream',
    'content-security-policy':
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
  });
  response.end(readFileSync(found));
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x');
  if (url.pathname.startsWith('/health')) return response.end('ok');
  if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, response);
  let raw = '';
  for await (const chunk of request) raw += chunk;
  const cookies = [];
  const signedIn = sessions.has(cookieOf(request));
  const isPublic = /\/(instance|auth\/\w+)\/?$/.test(url.pathname);
  let result = problem(404, 'not_found', 'There is nothing at this address.');
  for (const route of routes) {
    const match = route.method === request.method && route.regex.exec(url.pathname);
    if (!match) continue;
    if (!signedIn && !isPublic) result = problem(401, 'unauthenticated', 'Sign in first.');
    else {
      const key = request.headers['idempotency-key'];
      result = route.handler({
        ...match.groups,
        query: url.searchParams,
        body: raw ? JSON.parse(raw) : {},
        signedIn,
        login: () => {
          const token = id();
          sessions.add(token);
          cookies.push(`quorum_session=${token}; Path=/; HttpOnly; SameSite=Lax`);
        },
        logout: () => sessions.delete(cookieOf(request)),
        idem: (make) => {
          if (key && db.idempotent.has(key)) return db.idempotent.get(key);
          const made = make();
          if (key) db.idempotent.set(key, made);
          return made;
        },
      });
    }
    break;
  }
  const isProblem = result.status >= 400;
  response.writeHead(result.status, {
    'content-type': isProblem ? 'application/problem+json' : 'application/json',
    ...(cookies.length ? { 'set-cookie': cookies } : {}),
  });
  response.end(result.body === null ? undefined : JSON.stringify(result.body));
});

const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  if (!sessions.has(cookieOf(request))) {
    socket.write('HTTP/1.1 401 Unauthorized\r\n\r\n');
    return socket.destroy();
  }
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const url = new URL(request.url, 'http://x');
    if (url.pathname === '/ws/user') {
      db.userSockets.add(ws);
      return ws.on('close', () => db.userSockets.delete(ws));
    }
    const cid = url.pathname.split('/').pop();
    if (!db.conversations.has(cid)) return ws.close(4404);
    const after = Number(url.searchParams.get('after') ?? 0);
    for (const event of db.events.get(cid)) if (event.seq > after) ws.send(JSON.stringify(event));
    for (const m of messagesOf(cid))
      for (const r of m.batch?.responses ?? []) {
        if (r.status === 'processing' && db.contents.get(r.id))
          ws.send(
            JSON.stringify({
              type: 'response_delta',
              response_id: r.id,
              attempt: r.attempt,
              offset: 0,
              text: db.contents.get(r.id),
            }),
          );
      }
    ws.send(JSON.stringify({ type: 'ready', last_seq: db.conversations.get(cid).last_seq }));
    if (!db.sockets.has(cid)) db.sockets.set(cid, new Set());
    db.sockets.get(cid).add(ws);
    ws.on('close', () => db.sockets.get(cid).delete(ws));
  });
});
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
