import { emptyApi as api } from "../app/empty-api";
const injectedRtkApi = api.injectEndpoints({
  endpoints: (build) => ({
    getInstance: build.query<GetInstanceApiResponse, GetInstanceApiArg>({
      query: () => ({ url: `/api/v1/instance` }),
    }),
    register: build.mutation<RegisterApiResponse, RegisterApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/auth/register`,
        method: "POST",
        body: queryArg.registration,
      }),
    }),
    login: build.mutation<LoginApiResponse, LoginApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/auth/login`,
        method: "POST",
        body: queryArg.credentials,
      }),
    }),
    logout: build.mutation<LogoutApiResponse, LogoutApiArg>({
      query: () => ({ url: `/api/v1/auth/logout`, method: "POST" }),
    }),
    getSession: build.query<GetSessionApiResponse, GetSessionApiArg>({
      query: () => ({ url: `/api/v1/auth/me` }),
    }),
    listServices: build.query<ListServicesApiResponse, ListServicesApiArg>({
      query: () => ({ url: `/api/v1/services` }),
    }),
    createService: build.mutation<
      CreateServiceApiResponse,
      CreateServiceApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/services`,
        method: "POST",
        body: queryArg.serviceDraft,
      }),
    }),
    updateService: build.mutation<
      UpdateServiceApiResponse,
      UpdateServiceApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/services/${queryArg.id}`,
        method: "PATCH",
        body: queryArg.servicePatch,
      }),
    }),
    deleteService: build.mutation<
      DeleteServiceApiResponse,
      DeleteServiceApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/services/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    listServicePresets: build.query<
      ListServicePresetsApiResponse,
      ListServicePresetsApiArg
    >({
      query: () => ({ url: `/api/v1/admin/service-presets` }),
    }),
    listApiKeys: build.query<ListApiKeysApiResponse, ListApiKeysApiArg>({
      query: () => ({ url: `/api/v1/api-keys` }),
    }),
    createApiKey: build.mutation<CreateApiKeyApiResponse, CreateApiKeyApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/api-keys`,
        method: "POST",
        body: queryArg.newApiKey,
      }),
    }),
    deleteApiKey: build.mutation<DeleteApiKeyApiResponse, DeleteApiKeyApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/api-keys/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    testApiKey: build.mutation<TestApiKeyApiResponse, TestApiKeyApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/api-keys/${queryArg.id}/test`,
        method: "POST",
      }),
    }),
    listConversations: build.query<
      ListConversationsApiResponse,
      ListConversationsApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations`,
        params: {
          archived: queryArg.archived,
          limit: queryArg.limit,
          cursor: queryArg.cursor,
        },
      }),
    }),
    createConversation: build.mutation<
      CreateConversationApiResponse,
      CreateConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations`,
        method: "POST",
        body: queryArg.conversationDraft,
        headers: {
          "Idempotency-Key": queryArg["Idempotency-Key"],
        },
      }),
    }),
    getConversation: build.query<
      GetConversationApiResponse,
      GetConversationApiArg
    >({
      query: (queryArg) => ({ url: `/api/v1/conversations/${queryArg.id}` }),
    }),
    updateConversation: build.mutation<
      UpdateConversationApiResponse,
      UpdateConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}`,
        method: "PATCH",
        body: queryArg.conversationChanges,
      }),
    }),
    deleteConversation: build.mutation<
      DeleteConversationApiResponse,
      DeleteConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    restoreConversation: build.mutation<
      RestoreConversationApiResponse,
      RestoreConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/restore`,
        method: "POST",
      }),
    }),
    search: build.query<SearchApiResponse, SearchApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/search`,
        params: {
          q: queryArg.q,
          limit: queryArg.limit,
        },
      }),
    }),
    getContext: build.query<GetContextApiResponse, GetContextApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/context`,
      }),
    }),
    listEvents: build.query<ListEventsApiResponse, ListEventsApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/events`,
        params: {
          after: queryArg.after,
          limit: queryArg.limit,
        },
      }),
    }),
    listMessages: build.query<ListMessagesApiResponse, ListMessagesApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/messages`,
        params: {
          limit: queryArg.limit,
          cursor: queryArg.cursor,
        },
      }),
    }),
    sendMessage: build.mutation<SendMessageApiResponse, SendMessageApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/messages`,
        method: "POST",
        body: queryArg.messageDraft,
        headers: {
          "Idempotency-Key": queryArg["Idempotency-Key"],
        },
      }),
    }),
    updateMessage: build.mutation<
      UpdateMessageApiResponse,
      UpdateMessageApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/messages/${queryArg.id}`,
        method: "PATCH",
        body: queryArg.messageChanges,
      }),
    }),
    pruneMessage: build.mutation<PruneMessageApiResponse, PruneMessageApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/messages/${queryArg.id}/prune`,
        method: "POST",
      }),
    }),
    restoreMessage: build.mutation<
      RestoreMessageApiResponse,
      RestoreMessageApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/messages/${queryArg.id}/restore`,
        method: "POST",
      }),
    }),
    addResponse: build.mutation<AddResponseApiResponse, AddResponseApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/messages/${queryArg.id}/responses`,
        method: "POST",
        body: queryArg.lateJoiner,
      }),
    }),
    listResponses: build.query<ListResponsesApiResponse, ListResponsesApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/messages/${queryArg.messageId}/responses`,
        params: {
          expand: queryArg.expand,
        },
      }),
    }),
    getResponse: build.query<GetResponseApiResponse, GetResponseApiArg>({
      query: (queryArg) => ({ url: `/api/v1/responses/${queryArg.id}` }),
    }),
    selectResponse: build.mutation<
      SelectResponseApiResponse,
      SelectResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/select`,
        method: "POST",
      }),
    }),
    deselectResponse: build.mutation<
      DeselectResponseApiResponse,
      DeselectResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/deselect`,
        method: "POST",
      }),
    }),
    deleteResponse: build.mutation<
      DeleteResponseApiResponse,
      DeleteResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/delete`,
        method: "POST",
      }),
    }),
    restoreResponse: build.mutation<
      RestoreResponseApiResponse,
      RestoreResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/restore`,
        method: "POST",
      }),
    }),
    retryResponse: build.mutation<
      RetryResponseApiResponse,
      RetryResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/retry`,
        method: "POST",
      }),
    }),
    cancelResponse: build.mutation<
      CancelResponseApiResponse,
      CancelResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/cancel`,
        method: "POST",
      }),
    }),
    getBatch: build.query<GetBatchApiResponse, GetBatchApiArg>({
      query: (queryArg) => ({ url: `/api/v1/batches/${queryArg.id}` }),
    }),
    cancelBatch: build.mutation<CancelBatchApiResponse, CancelBatchApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/cancel`,
        method: "POST",
      }),
    }),
    retryFailed: build.mutation<RetryFailedApiResponse, RetryFailedApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/retry-failed`,
        method: "POST",
      }),
    }),
    rankBatch: build.mutation<RankBatchApiResponse, RankBatchApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/rank`,
        method: "POST",
      }),
    }),
    listBallots: build.query<ListBallotsApiResponse, ListBallotsApiArg>({
      query: (queryArg) => ({ url: `/api/v1/batches/${queryArg.id}/ballots` }),
    }),
    getUsage: build.query<GetUsageApiResponse, GetUsageApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/usage`,
        params: {
          group_by: queryArg.groupBy,
        },
      }),
    }),
  }),
  overrideExisting: false,
});
export { injectedRtkApi as generatedApi };
export type GetInstanceApiResponse = /** status 200 The result */ Instance;
export type GetInstanceApiArg = void;
export type RegisterApiResponse = /** status 201 The result */ Session;
export type RegisterApiArg = {
  registration: Registration;
};
export type LoginApiResponse = /** status 200 The result */ Session;
export type LoginApiArg = {
  credentials: Credentials;
};
export type LogoutApiResponse = unknown;
export type LogoutApiArg = void;
export type GetSessionApiResponse = /** status 200 The result */ Session;
export type GetSessionApiArg = void;
export type ListServicesApiResponse = /** status 200 The result */ ItemsService;
export type ListServicesApiArg = void;
export type CreateServiceApiResponse = /** status 201 The result */ Service;
export type CreateServiceApiArg = {
  serviceDraft: ServiceDraft;
};
export type UpdateServiceApiResponse = /** status 200 The result */ Service;
export type UpdateServiceApiArg = {
  id: string;
  servicePatch: ServicePatch;
};
export type DeleteServiceApiResponse = unknown;
export type DeleteServiceApiArg = {
  id: string;
};
export type ListServicePresetsApiResponse =
  /** status 200 The result */ Presets;
export type ListServicePresetsApiArg = void;
export type ListApiKeysApiResponse = /** status 200 The result */ ItemsApiKey;
export type ListApiKeysApiArg = void;
export type CreateApiKeyApiResponse = /** status 201 The result */ ApiKey;
export type CreateApiKeyApiArg = {
  newApiKey: NewApiKey;
};
export type DeleteApiKeyApiResponse = unknown;
export type DeleteApiKeyApiArg = {
  id: string;
};
export type TestApiKeyApiResponse = /** status 200 The result */ ApiKey;
export type TestApiKeyApiArg = {
  id: string;
};
export type ListConversationsApiResponse =
  /** status 200 The result */ PageConversation;
export type ListConversationsApiArg = {
  archived?: boolean;
  limit?: number;
  cursor?: string;
};
export type CreateConversationApiResponse =
  /** status 201 The result */ Conversation;
export type CreateConversationApiArg = {
  "Idempotency-Key"?: string;
  conversationDraft: ConversationDraft;
};
export type GetConversationApiResponse =
  /** status 200 The result */ Conversation;
export type GetConversationApiArg = {
  id: string;
};
export type UpdateConversationApiResponse =
  /** status 200 The result */ Conversation;
export type UpdateConversationApiArg = {
  id: string;
  conversationChanges: ConversationChanges;
};
export type DeleteConversationApiResponse = unknown;
export type DeleteConversationApiArg = {
  id: string;
};
export type RestoreConversationApiResponse =
  /** status 200 The result */ Conversation;
export type RestoreConversationApiArg = {
  id: string;
};
export type SearchApiResponse = /** status 200 The result */ ItemsSearchHit;
export type SearchApiArg = {
  q: string;
  limit?: number;
};
export type GetContextApiResponse = /** status 200 The result */ ContextPreview;
export type GetContextApiArg = {
  id: string;
};
export type ListEventsApiResponse = /** status 200 The result */ Events;
export type ListEventsApiArg = {
  id: string;
  after?: number;
  limit?: number;
};
export type ListMessagesApiResponse = /** status 200 The result */ MessagePage;
export type ListMessagesApiArg = {
  id: string;
  limit?: number;
  cursor?: string;
};
export type SendMessageApiResponse = /** status 202 The result */ Accepted;
export type SendMessageApiArg = {
  id: string;
  "Idempotency-Key"?: string;
  messageDraft: MessageDraft;
};
export type UpdateMessageApiResponse = /** status 200 The result */ Message;
export type UpdateMessageApiArg = {
  id: string;
  messageChanges: MessageChanges;
};
export type PruneMessageApiResponse = /** status 200 The result */ PruneResult;
export type PruneMessageApiArg = {
  id: string;
};
export type RestoreMessageApiResponse =
  /** status 200 The result */ RestoreResult;
export type RestoreMessageApiArg = {
  id: string;
};
export type AddResponseApiResponse = /** status 202 The result */ Response;
export type AddResponseApiArg = {
  id: string;
  lateJoiner: LateJoiner;
};
export type ListResponsesApiResponse =
  /** status 200 The result */ ItemsResponse;
export type ListResponsesApiArg = {
  id: string;
  messageId: string;
  expand?: "content";
};
export type GetResponseApiResponse = /** status 200 The result */ Response;
export type GetResponseApiArg = {
  id: string;
};
export type SelectResponseApiResponse = /** status 200 The result */ Response;
export type SelectResponseApiArg = {
  id: string;
};
export type DeselectResponseApiResponse = /** status 200 The result */ Response;
export type DeselectResponseApiArg = {
  id: string;
};
export type DeleteResponseApiResponse = /** status 200 The result */ Response;
export type DeleteResponseApiArg = {
  id: string;
};
export type RestoreResponseApiResponse = /** status 200 The result */ Response;
export type RestoreResponseApiArg = {
  id: string;
};
export type RetryResponseApiResponse = /** status 200 The result */ Response;
export type RetryResponseApiArg = {
  id: string;
};
export type CancelResponseApiResponse = /** status 200 The result */ Response;
export type CancelResponseApiArg = {
  id: string;
};
export type GetBatchApiResponse = /** status 200 The result */ Batch;
export type GetBatchApiArg = {
  id: string;
};
export type CancelBatchApiResponse = /** status 200 The result */ Batch;
export type CancelBatchApiArg = {
  id: string;
};
export type RetryFailedApiResponse = /** status 200 The result */ Batch;
export type RetryFailedApiArg = {
  id: string;
};
export type RankBatchApiResponse = /** status 202 The result */ Batch;
export type RankBatchApiArg = {
  id: string;
};
export type ListBallotsApiResponse = /** status 200 The result */ ItemsBallot;
export type ListBallotsApiArg = {
  id: string;
};
export type GetUsageApiResponse = /** status 200 The result */ ItemsUsageLine;
export type GetUsageApiArg = {
  groupBy: "day" | "service" | "conversation";
};
export type Limits = {
  message_chars: number;
  title_chars: number;
  system_prompt_chars: number;
  services_per_message: number;
};
export type Instance = {
  version: string;
  needs_setup: boolean;
  setup_token_required: boolean;
  demo: boolean;
  has_tiny_models: boolean;
  limits: Limits;
};
export type FieldError = {
  field: string;
  message: string;
  limit?: number;
};
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: FieldError[];
  retry_after?: number;
};
export type Role = "user" | "admin";
export type User = {
  id: string;
  name: string;
  email: string;
  role: Role;
};
export type Session = {
  user: User;
  csrf_token: string;
};
export type Registration = {
  name: string;
  email: string;
  password: string;
  setup_token?: string;
};
export type Credentials = {
  email: string;
  password: string;
};
export type ServiceType =
  "anthropic" | "openai" | "openai_responses" | "gemini" | "openai_compatible";
export type Service = {
  id: string;
  origin: string;
  demo: boolean;
  key: "not_needed" | "present" | "missing";
  created_at: string;
  name: string;
  service_type: ServiceType;
  base_url: string;
  model: string;
  max_output_tokens: number;
  context_window: number;
  vision: boolean;
  temperature?: number | null;
  reasoning_effort?: string | null;
  input_price_micro_usd: number;
  cached_input_price_micro_usd: number;
  output_price_micro_usd: number;
  active: boolean;
  judge: boolean;
  contestant: boolean;
  tiny: boolean;
  requires_key: boolean;
};
export type ItemsService = {
  items: Service[];
};
export type ServiceDraft = {
  name: string;
  service_type: ServiceType;
  base_url: string;
  model: string;
  max_output_tokens?: number;
  context_window?: number;
  vision?: boolean;
  temperature?: number | null;
  reasoning_effort?: string | null;
  input_price_micro_usd?: number;
  cached_input_price_micro_usd?: number;
  output_price_micro_usd?: number;
  active?: boolean;
  judge?: boolean;
  contestant?: boolean;
  tiny?: boolean;
  requires_key?: boolean;
};
export type ServicePatch = {
  name?: string;
  service_type?: ServiceType;
  base_url?: string;
  model?: string;
  max_output_tokens?: number;
  context_window?: number;
  vision?: boolean;
  temperature?: number | null;
  reasoning_effort?: string | null;
  input_price_micro_usd?: number;
  cached_input_price_micro_usd?: number;
  output_price_micro_usd?: number;
  active?: boolean;
  judge?: boolean;
  contestant?: boolean;
  tiny?: boolean;
  requires_key?: boolean;
};
export type Presets = any;
export type KeyScope = "user" | "instance";
export type ApiKey = {
  id: string;
  service_type: ServiceType;
  origin: string;
  service_names: string[];
  scope: KeyScope;
  last4: string;
  status: "untested" | "testing" | "ok" | "failed";
  status_detail?: string | null;
  created_at: string;
  last_used_at?: string | null;
  tested_at?: string | null;
};
export type ItemsApiKey = {
  items: ApiKey[];
};
export type NewApiKey = {
  service_id: string;
  key: string;
  scope?: KeyScope;
};
export type ContextMode = "shared" | "own_thread";
export type JudgingPolicy = "judge" | "local" | "off";
export type Conversation = {
  id: string;
  title: string;
  title_source: "default" | "auto" | "user";
  archived: boolean;
  deleted: boolean;
  service_ids: string[];
  context_mode: ContextMode;
  judging_policy: JudgingPolicy;
  system_prompt: string;
  last_seq: number;
  message_count: number;
  created_at: string;
  updated_at: string;
  last_message_at?: string | null;
};
export type PageConversation = {
  items: Conversation[];
  next_cursor?: string | null;
};
export type ConversationDraft = {
  title?: string;
  service_ids?: string[];
  context_mode?: ContextMode;
  judging_policy?: JudgingPolicy;
  system_prompt?: string;
};
export type ConversationChanges = {
  archived?: boolean;
  title?: string;
  service_ids?: string[];
  context_mode?: ContextMode;
  judging_policy?: JudgingPolicy;
  system_prompt?: string;
};
export type SearchHit = {
  conversation_id: string;
  title: string;
  message_id?: string | null;
  snippet: string;
  highlights: number[][];
  at: string;
};
export type ItemsSearchHit = {
  items: SearchHit[];
};
export type Kept = "selected" | "by_default";
export type PromptMessage = {
  role: "system" | "user" | "assistant";
  content: string;
  message_id?: string | null;
  response_id?: string | null;
  kept?: null | Kept;
};
export type ServiceContext = {
  service_id: string;
  service_name: string;
  messages: PromptMessage[];
  input_tokens: number;
  cost_micro_usd: number;
  dropped_turns: number;
};
export type ContextPreview = {
  context_mode: ContextMode;
  turns: number;
  services: ServiceContext[];
};
export type Events = {
  items: object[];
  last_seq: number;
};
export type BatchStatus =
  "PENDING" | "PROCESSING" | "RANKING" | "COMPLETED" | "FAILED" | "CANCELLED";
export type RankingMethod = "judge" | "local" | "single" | "none";
export type Disagreement = {
  point: string;
  response_ids: string[];
};
export type Agreement = {
  agree: string[];
  disagree: Disagreement[];
  source: "judge" | "local";
};
export type ResponseStatus =
  "pending" | "processing" | "completed" | "failed" | "cancelled";
export type Stage =
  | "queued"
  | "calling"
  | "streaming"
  | "retrying"
  | "answered"
  | "judging"
  | "ranked"
  | "failed"
  | "refused"
  | "cancelled";
export type SummarySource = "extractive" | "judge";
export type FinishReason = "stop" | "length" | "refusal";
export type FailureKind =
  | "rate_limited"
  | "overloaded"
  | "timeout_first_token"
  | "timeout_idle"
  | "timeout_total"
  | "auth"
  | "quota"
  | "bad_request"
  | "context_too_long"
  | "content_filtered"
  | "bad_response"
  | "connection"
  | "crash_limit"
  | "key_missing"
  | "key_revoked"
  | "budget_exceeded"
  | "cancelled";
export type ResponseError = {
  kind: FailureKind;
  message: string;
  action: string;
  retryable: boolean;
};
export type ResponseUsage = {
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
};
export type Response = {
  id: string;
  batch_id: string;
  message_id: string;
  conversation_id: string;
  service_id: string;
  service_name: string;
  model: string;
  demo: boolean;
  tiny: boolean;
  position: number;
  status: ResponseStatus;
  stage: Stage;
  progress: number;
  summary?: string | null;
  summary_source?: null | SummarySource;
  reasoning?: string | null;
  ranking_score?: number | null;
  score_low?: number | null;
  score_high?: number | null;
  rank?: number | null;
  tied: boolean;
  expanded_content?: string | null;
  content_length: number;
  finish_reason?: null | FinishReason;
  error?: null | ResponseError;
  retry_at?: string | null;
  attempt: number;
  max_attempts: number;
  usage?: null | ResponseUsage;
  cost_micro_usd: number;
  created_at: string;
  started_at?: string | null;
  first_token_at?: string | null;
  finished_at?: string | null;
  selected: boolean;
  deleted: boolean;
};
export type Batch = {
  id: string;
  message_id: string;
  status: BatchStatus;
  expected_responses: number;
  finished_responses: number;
  answered_responses: number;
  judges_wanted: number;
  judges_voted: number;
  ranking_method?: null | RankingMethod;
  ranking_note?: string | null;
  agreement?: null | Agreement;
  selected_response_id?: string | null;
  pruned: boolean;
  created_at: string;
  completed_at?: string | null;
  responses: Response[];
};
export type Message = {
  id: string;
  conversation_id: string;
  author_id: string;
  content: string;
  excluded: boolean;
  created_at: string;
  batch?: null | Batch;
};
export type MessagePage = {
  items: Message[];
  next_cursor?: string | null;
  last_seq: number;
};
export type AcceptedBatch = {
  id: string;
  expected_responses: number;
  status: BatchStatus;
};
export type Accepted = {
  message: Message;
  ai_request_batch: AcceptedBatch;
};
export type MessageDraft = {
  content: string;
  trigger_ai_responses: boolean;
  service_ids?: string[];
};
export type MessageChanges = {
  excluded: boolean;
};
export type PruneResult = {
  pruned_response_ids: string[];
  saved_tokens: number;
  saved_micro_usd: number;
};
export type RestoreResult = {
  restored_response_ids: string[];
};
export type LateJoiner = {
  service_id: string;
};
export type ItemsResponse = {
  items: Response[];
};
export type Ballot = {
  id: string;
  ranking_id: string;
  judge_service_id: string;
  judge_name: string;
  status: "pending" | "voted" | "void" | "failed";
  order: string[];
  tiers: string[][];
  weight: number;
  void_reason?: string | null;
  raw_reply?: string | null;
  prompt_version: string;
  cost_micro_usd: number;
  created_at: string;
};
export type ItemsBallot = {
  items: Ballot[];
};
export type UsageLine = {
  key: string;
  label: string;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_micro_usd: number;
};
export type ItemsUsageLine = {
  items: UsageLine[];
};
