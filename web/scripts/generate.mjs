// Writes src/generated/api.ts from openapi.json: `npm run generate`; --check only compares.
// Endpoints are named here by method and path, so that their names do not hang on how the
// backend calls its functions. An operation that is not in the list is not used by the page.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateEndpoints } from '@rtk-query/codegen-openapi';

const root = fileURLToPath(new URL('..', import.meta.url));
const generatedFile = join(root, 'src/generated/api.ts');
const PREFIX = '/api/v1';

const names = {
  'get /instance': 'getInstance',
  'post /auth/register': 'register',
  'post /auth/login': 'login',
  'post /auth/logout': 'logout',
  'get /auth/me': 'getSession',
  'get /account': 'getAccount',
  'patch /account': 'changeAccount',
  'post /account/closing': 'closeAccount',
  'delete /account/closing': 'keepAccount',
  'post /auth/password': 'changePassword',
  'post /auth/reset': 'resetPassword',
  'post /auth/links': 'readAccountLink',
  'get /auth/sessions': 'listSessions',
  'delete /auth/sessions': 'endOtherSessions',
  'delete /auth/sessions/{id}': 'endSession',
  'get /api-tokens': 'listApiTokens',
  'post /api-tokens': 'createApiToken',
  'delete /api-tokens/{id}': 'deleteApiToken',
  'get /admin/users': 'listUsers',
  'patch /admin/users/{id}': 'updateUser',
  'post /admin/users/{id}/reset': 'createReset',
  'post /admin/invites': 'createInvite',
  'get /admin/account-links': 'listAccountLinks',
  'delete /admin/account-links/{id}': 'deleteAccountLink',
  'get /admin/audit': 'listAudit',
  'delete /attachments/{id}': 'deleteAttachment',
  'get /services': 'listServices',
  'post /admin/services': 'createService',
  'patch /admin/services/{id}': 'updateService',
  'delete /admin/services/{id}': 'deleteService',
  'get /admin/service-presets': 'listServicePresets',
  'get /admin/services/health': 'getServiceHealth',
  'post /admin/services/{id}/test': 'testService',
  'post /admin/models': 'findModels',
  'get /admin/api-keys': 'listAllApiKeys',
  'post /admin/api-keys': 'setApiKey',
  'delete /admin/api-keys/{id}': 'revokeApiKey',
  'post /admin/api-keys/{id}/test': 'testAnyApiKey',
  'get /admin/queue': 'getQueueFigures',
  'get /admin/queue/items': 'listQueueItems',
  'post /admin/queue/jobs/{id}/retry': 'retryJob',
  'post /admin/queue/jobs/{id}/discard': 'discardJob',
  'post /admin/queue/answers/{id}/retry': 'retryAnswer',
  'post /admin/queue/answers/{id}/discard': 'discardAnswer',
  'get /admin/settings': 'getInstanceSettings',
  'patch /admin/settings': 'changeInstanceSettings',
  'get /admin/health': 'examineInstance',
  'get /api-keys': 'listApiKeys',
  'post /api-keys': 'createApiKey',
  'delete /api-keys/{id}': 'deleteApiKey',
  'post /api-keys/{id}/test': 'testApiKey',
  'get /webhooks': 'listWebhooks',
  'post /webhooks': 'createWebhook',
  'patch /webhooks/{id}': 'updateWebhook',
  'delete /webhooks/{id}': 'deleteWebhook',
  'post /webhooks/{id}/restore': 'restoreWebhook',
  'post /webhooks/{id}/rotate-secret': 'rotateWebhookSecret',
  'post /webhooks/{id}/test': 'testWebhook',
  'get /webhooks/{id}/deliveries': 'listWebhookDeliveries',
  'post /webhooks/{id}/deliveries/{delivery_id}/redrive': 'redriveWebhookDelivery',
  'get /conversations': 'listConversations',
  'post /conversations': 'createConversation',
  'get /conversations/{id}': 'getConversation',
  'patch /conversations/{id}': 'updateConversation',
  'delete /conversations/{id}': 'deleteConversation',
  'post /conversations/{id}/restore': 'restoreConversation',
  'get /search': 'search',
  'get /conversations/{id}/export': 'exportConversation',
  'get /batches/{id}/consensus/estimate': 'estimateConsensus',
  'post /conversations/import': 'importConversation',
  'get /panels': 'listPanels',
  'post /panels': 'createPanel',
  'patch /panels/{id}': 'updatePanel',
  'delete /panels/{id}': 'deletePanel',
  'post /conversations/{id}/branches': 'createBranch',
  'get /prompts': 'listPrompts',
  'post /prompts': 'createPrompt',
  'put /prompts/{id}': 'changePrompt',
  'delete /prompts/{id}': 'deletePrompt',
  'get /conversations/{id}/shares': 'listShares',
  'post /conversations/{id}/shares': 'shareConversation',
  'delete /shares/{id}': 'revokeShare',
  'get /shared/{token}': 'getShared',
  'get /conversations/{id}/context': 'getContext',
  'get /conversations/{id}/events': 'listEvents',
  'get /conversations/{id}/messages': 'listMessages',
  'post /conversations/{id}/messages': 'sendMessage',
  'patch /messages/{id}': 'updateMessage',
  'post /messages/{id}/prune': 'pruneMessage',
  'post /messages/{id}/restore': 'restoreMessage',
  'post /messages/{id}/responses': 'addResponse',
  'get /conversations/{id}/messages/{message_id}/responses': 'listResponses',
  'get /responses/{id}': 'getResponse',
  'post /responses/{id}/select': 'selectResponse',
  'post /responses/{id}/deselect': 'deselectResponse',
  'post /responses/{id}/delete': 'deleteResponse',
  'post /responses/{id}/restore': 'restoreResponse',
  'post /responses/{id}/retry': 'retryResponse',
  'post /responses/{id}/cancel': 'cancelResponse',
  'get /batches/{id}': 'getBatch',
  'post /batches/{id}/cancel': 'cancelBatch',
  'post /batches/{id}/retry-failed': 'retryFailed',
  'post /batches/{id}/rank': 'rankBatch',
  'post /batches/{id}/consensus': 'makeConsensus',
  'get /batches/{id}/ballots': 'listBallots',
  'get /usage': 'getUsage',
  'get /budgets': 'listOwnBudgets',
  'post /estimates': 'estimateCost',
  'get /admin/usage': 'getInstanceUsage',
  'get /admin/budgets': 'listBudgets',
  'post /admin/budgets': 'createBudget',
  'put /admin/budgets/{id}': 'updateBudget',
  'delete /admin/budgets/{id}': 'deleteBudget',
  'get /usage/leaderboard': 'getLeaderboard',
  'get /admin/judges': 'listJudges',
  'post /admin/services/{id}/exam': 'beginExam',
};

const IDEMPOTENT = ['createConversation', 'sendMessage', 'makeConsensus'];
const idempotencyKey = { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string' } };

/** A parameter that does not occur in the path belongs to the query, whatever the description says. */
function parametersOf(path, operation, name) {
  const given = (operation.parameters ?? []).map((parameter) =>
    parameter.in === 'path' && !path.includes(`{${parameter.name}}`)
      ? { ...parameter, in: 'query', required: name === 'search' && parameter.name === 'q' }
      : parameter,
  );
  const hasKey = given.some((parameter) => parameter.name.toLowerCase() === 'idempotency-key');
  return IDEMPOTENT.includes(name) && !hasKey ? [...given, idempotencyKey] : given;
}

/** The document with only the operations of the list, under our names. */
function namedDocument() {
  const document = withoutTuples(JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')));
  const found = new Set();
  const paths = {};
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const key = `${method} ${path.replace(PREFIX, '')}`;
      if (!names[key]) continue;
      found.add(key);
      paths[path] = {
        ...paths[path],
        [method]: {
          ...operation,
          operationId: names[key],
          parameters: parametersOf(path, operation, names[key]),
        },
      };
    }
  }
  const missing = Object.keys(names).filter((key) => !found.has(key));
  if (missing.length > 0) throw new Error(`openapi.json has no ${missing.join(', ')}`);
  return { ...document, paths, components: withDangling(document) };
}

/** The generator knows lists but not tuples; a tuple of one kind is read as a list of it. */
function withoutTuples(value) {
  if (Array.isArray(value)) return value.map(withoutTuples);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutTuples(inner)]);
  const { prefixItems, ...rest } = Object.fromEntries(entries);
  return prefixItems ? { ...rest, items: prefixItems[0] } : rest;
}

/** Schemas that are referred to but not described are read as plain strings. */
function withDangling(document) {
  const schemas = { ...document.components.schemas };
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/([\w.-]+)/g)) {
    schemas[name] ??= { type: 'string' };
  }
  return { ...document.components, schemas };
}

/** The text of the generated file. */
async function generate() {
  const folder = mkdtempSync(join(tmpdir(), 'quorum-api-'));
  const schemaFile = join(folder, 'openapi.json');
  try {
    writeFileSync(schemaFile, JSON.stringify(namedDocument()));
    const code = await generateEndpoints({
      schemaFile,
      apiFile: join(root, 'src/app/empty-api.ts'),
      apiImport: 'emptyApi',
      exportName: 'generatedApi',
      hooks: false,
      tag: false,
    });
    return code.replace(/from "[^"]*empty-api(?:\.ts)?"/, 'from "../app/empty-api"');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const code = await generate();
if (process.argv.includes('--check')) {
  if (code !== readFileSync(generatedFile, 'utf8')) {
    console.error('src/generated/api.ts does not fit openapi.json: run npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(generatedFile, code);
}
