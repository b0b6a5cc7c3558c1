import { emptyApi as api } from "../app/empty-api";
const injectedRtkApi = api.injectEndpoints({
  endpoints: (build) => ({
    getAccount: build.query<GetAccountApiResponse, GetAccountApiArg>({
      query: () => ({ url: `/api/v1/account` }),
    }),
    changeAccount: build.mutation<
      ChangeAccountApiResponse,
      ChangeAccountApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/account`,
        method: "PATCH",
        body: queryArg.accountChanges,
      }),
    }),
    closeAccount: build.mutation<CloseAccountApiResponse, CloseAccountApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/account/closing`,
        method: "POST",
        body: queryArg.accountClosing,
      }),
    }),
    keepAccount: build.mutation<KeepAccountApiResponse, KeepAccountApiArg>({
      query: () => ({ url: `/api/v1/account/closing`, method: "DELETE" }),
    }),
    listAccountLinks: build.query<
      ListAccountLinksApiResponse,
      ListAccountLinksApiArg
    >({
      query: () => ({ url: `/api/v1/admin/account-links` }),
    }),
    deleteAccountLink: build.mutation<
      DeleteAccountLinkApiResponse,
      DeleteAccountLinkApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/account-links/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    listAllApiKeys: build.query<
      ListAllApiKeysApiResponse,
      ListAllApiKeysApiArg
    >({
      query: () => ({ url: `/api/v1/admin/api-keys` }),
    }),
    setApiKey: build.mutation<SetApiKeyApiResponse, SetApiKeyApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/api-keys`,
        method: "POST",
        body: queryArg.newOwnedApiKey,
      }),
    }),
    revokeApiKey: build.mutation<RevokeApiKeyApiResponse, RevokeApiKeyApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/api-keys/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    testAnyApiKey: build.mutation<
      TestAnyApiKeyApiResponse,
      TestAnyApiKeyApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/api-keys/${queryArg.id}/test`,
        method: "POST",
      }),
    }),
    listAudit: build.query<ListAuditApiResponse, ListAuditApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/audit`,
        params: {
          action: queryArg.action,
          actor: queryArg.actor,
          subject: queryArg.subject,
          from: queryArg["from"],
          until: queryArg.until,
          limit: queryArg.limit,
          cursor: queryArg.cursor,
        },
      }),
    }),
    listBudgets: build.query<ListBudgetsApiResponse, ListBudgetsApiArg>({
      query: () => ({ url: `/api/v1/admin/budgets` }),
    }),
    createBudget: build.mutation<CreateBudgetApiResponse, CreateBudgetApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/budgets`,
        method: "POST",
        body: queryArg.budgetDraft,
      }),
    }),
    updateBudget: build.mutation<UpdateBudgetApiResponse, UpdateBudgetApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/budgets/${queryArg.id}`,
        method: "PUT",
        body: queryArg.budgetCaps,
      }),
    }),
    deleteBudget: build.mutation<DeleteBudgetApiResponse, DeleteBudgetApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/budgets/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    examineInstance: build.query<
      ExamineInstanceApiResponse,
      ExamineInstanceApiArg
    >({
      query: () => ({ url: `/api/v1/admin/health` }),
    }),
    createInvite: build.mutation<CreateInviteApiResponse, CreateInviteApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/invites`,
        method: "POST",
        body: queryArg.newInvite,
      }),
    }),
    listJudges: build.query<ListJudgesApiResponse, ListJudgesApiArg>({
      query: () => ({ url: `/api/v1/admin/judges` }),
    }),
    findModels: build.mutation<FindModelsApiResponse, FindModelsApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/models`,
        method: "POST",
        body: queryArg.modelAddress,
      }),
    }),
    getQueueFigures: build.query<
      GetQueueFiguresApiResponse,
      GetQueueFiguresApiArg
    >({
      query: () => ({ url: `/api/v1/admin/queue` }),
    }),
    discardAnswer: build.mutation<
      DiscardAnswerApiResponse,
      DiscardAnswerApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/queue/answers/${queryArg.id}/discard`,
        method: "POST",
      }),
    }),
    retryAnswer: build.mutation<RetryAnswerApiResponse, RetryAnswerApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/queue/answers/${queryArg.id}/retry`,
        method: "POST",
      }),
    }),
    listQueueItems: build.query<
      ListQueueItemsApiResponse,
      ListQueueItemsApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/queue/items`,
        params: {
          standing: queryArg.standing,
          limit: queryArg.limit,
          cursor: queryArg.cursor,
        },
      }),
    }),
    discardJob: build.mutation<DiscardJobApiResponse, DiscardJobApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/queue/jobs/${queryArg.id}/discard`,
        method: "POST",
      }),
    }),
    retryJob: build.mutation<RetryJobApiResponse, RetryJobApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/queue/jobs/${queryArg.id}/retry`,
        method: "POST",
      }),
    }),
    listServicePresets: build.query<
      ListServicePresetsApiResponse,
      ListServicePresetsApiArg
    >({
      query: () => ({ url: `/api/v1/admin/service-presets` }),
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
    getServiceHealth: build.query<
      GetServiceHealthApiResponse,
      GetServiceHealthApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/services/health`,
        params: {
          hours: queryArg.hours,
        },
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
    beginExam: build.mutation<BeginExamApiResponse, BeginExamApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/services/${queryArg.id}/exam`,
        method: "POST",
      }),
    }),
    testService: build.mutation<TestServiceApiResponse, TestServiceApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/services/${queryArg.id}/test`,
        method: "POST",
      }),
    }),
    getInstanceSettings: build.query<
      GetInstanceSettingsApiResponse,
      GetInstanceSettingsApiArg
    >({
      query: () => ({ url: `/api/v1/admin/settings` }),
    }),
    changeInstanceSettings: build.mutation<
      ChangeInstanceSettingsApiResponse,
      ChangeInstanceSettingsApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/settings`,
        method: "PATCH",
        body: queryArg.settingsChange,
      }),
    }),
    getInstanceUsage: build.query<
      GetInstanceUsageApiResponse,
      GetInstanceUsageApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/admin/usage`,
        params: {
          group_by: queryArg.groupBy,
          from: queryArg["from"],
          to: queryArg.to,
        },
      }),
    }),
    listUsers: build.query<ListUsersApiResponse, ListUsersApiArg>({
      query: () => ({ url: `/api/v1/admin/users` }),
    }),
    updateUser: build.mutation<UpdateUserApiResponse, UpdateUserApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/users/${queryArg.id}`,
        method: "PATCH",
        body: queryArg.userChange,
      }),
    }),
    createReset: build.mutation<CreateResetApiResponse, CreateResetApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/admin/users/${queryArg.id}/reset`,
        method: "POST",
      }),
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
    listApiTokens: build.query<ListApiTokensApiResponse, ListApiTokensApiArg>({
      query: () => ({ url: `/api/v1/api-tokens` }),
    }),
    createApiToken: build.mutation<
      CreateApiTokenApiResponse,
      CreateApiTokenApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/api-tokens`,
        method: "POST",
        body: queryArg.newToken,
      }),
    }),
    deleteApiToken: build.mutation<
      DeleteApiTokenApiResponse,
      DeleteApiTokenApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/api-tokens/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    deleteAttachment: build.mutation<
      DeleteAttachmentApiResponse,
      DeleteAttachmentApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/attachments/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    readAccountLink: build.mutation<
      ReadAccountLinkApiResponse,
      ReadAccountLinkApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/auth/links`,
        method: "POST",
        body: queryArg.heldLink,
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
    changePassword: build.mutation<
      ChangePasswordApiResponse,
      ChangePasswordApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/auth/password`,
        method: "POST",
        body: queryArg.passwordChange,
      }),
    }),
    register: build.mutation<RegisterApiResponse, RegisterApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/auth/register`,
        method: "POST",
        body: queryArg.registration,
      }),
    }),
    resetPassword: build.mutation<
      ResetPasswordApiResponse,
      ResetPasswordApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/auth/reset`,
        method: "POST",
        body: queryArg.passwordReset,
      }),
    }),
    listSessions: build.query<ListSessionsApiResponse, ListSessionsApiArg>({
      query: () => ({ url: `/api/v1/auth/sessions` }),
    }),
    endOtherSessions: build.mutation<
      EndOtherSessionsApiResponse,
      EndOtherSessionsApiArg
    >({
      query: () => ({ url: `/api/v1/auth/sessions`, method: "DELETE" }),
    }),
    endSession: build.mutation<EndSessionApiResponse, EndSessionApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/auth/sessions/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    getBatch: build.query<GetBatchApiResponse, GetBatchApiArg>({
      query: (queryArg) => ({ url: `/api/v1/batches/${queryArg.id}` }),
    }),
    listBallots: build.query<ListBallotsApiResponse, ListBallotsApiArg>({
      query: (queryArg) => ({ url: `/api/v1/batches/${queryArg.id}/ballots` }),
    }),
    cancelBatch: build.mutation<CancelBatchApiResponse, CancelBatchApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/cancel`,
        method: "POST",
      }),
    }),
    makeConsensus: build.mutation<
      MakeConsensusApiResponse,
      MakeConsensusApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/consensus`,
        method: "POST",
        body: queryArg.consensusDraft,
        headers: {
          "Idempotency-Key": queryArg["Idempotency-Key"],
        },
      }),
    }),
    estimateConsensus: build.query<
      EstimateConsensusApiResponse,
      EstimateConsensusApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/consensus/estimate`,
        params: {
          service_id: queryArg.serviceId,
        },
      }),
    }),
    rankBatch: build.mutation<RankBatchApiResponse, RankBatchApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/rank`,
        method: "POST",
      }),
    }),
    retryFailed: build.mutation<RetryFailedApiResponse, RetryFailedApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/batches/${queryArg.id}/retry-failed`,
        method: "POST",
      }),
    }),
    listOwnBudgets: build.query<
      ListOwnBudgetsApiResponse,
      ListOwnBudgetsApiArg
    >({
      query: () => ({ url: `/api/v1/budgets` }),
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
    importConversation: build.mutation<
      ImportConversationApiResponse,
      ImportConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations/import`,
        method: "POST",
        body: queryArg.transcript,
      }),
    }),
    getConversation: build.query<
      GetConversationApiResponse,
      GetConversationApiArg
    >({
      query: (queryArg) => ({ url: `/api/v1/conversations/${queryArg.id}` }),
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
    createBranch: build.mutation<CreateBranchApiResponse, CreateBranchApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/branches`,
        method: "POST",
        body: queryArg.branchDraft,
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
    exportConversation: build.query<
      ExportConversationApiResponse,
      ExportConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/export`,
        params: {
          format: queryArg.format,
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
    listResponses: build.query<ListResponsesApiResponse, ListResponsesApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/messages/${queryArg.messageId}/responses`,
        params: {
          expand: queryArg.expand,
        },
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
    listShares: build.query<ListSharesApiResponse, ListSharesApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/shares`,
      }),
    }),
    shareConversation: build.mutation<
      ShareConversationApiResponse,
      ShareConversationApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/conversations/${queryArg.id}/shares`,
        method: "POST",
        body: queryArg.shareDraft,
      }),
    }),
    estimateCost: build.mutation<EstimateCostApiResponse, EstimateCostApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/estimates`,
        method: "POST",
        body: queryArg.estimateRequest,
      }),
    }),
    getInstance: build.query<GetInstanceApiResponse, GetInstanceApiArg>({
      query: () => ({ url: `/api/v1/instance` }),
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
    addResponse: build.mutation<AddResponseApiResponse, AddResponseApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/messages/${queryArg.id}/responses`,
        method: "POST",
        body: queryArg.lateJoiner,
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
    listPanels: build.query<ListPanelsApiResponse, ListPanelsApiArg>({
      query: () => ({ url: `/api/v1/panels` }),
    }),
    createPanel: build.mutation<CreatePanelApiResponse, CreatePanelApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/panels`,
        method: "POST",
        body: queryArg.panelDraft,
      }),
    }),
    deletePanel: build.mutation<DeletePanelApiResponse, DeletePanelApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/panels/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    updatePanel: build.mutation<UpdatePanelApiResponse, UpdatePanelApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/panels/${queryArg.id}`,
        method: "PATCH",
        body: queryArg.panelChanges,
      }),
    }),
    listPrompts: build.query<ListPromptsApiResponse, ListPromptsApiArg>({
      query: () => ({ url: `/api/v1/prompts` }),
    }),
    createPrompt: build.mutation<CreatePromptApiResponse, CreatePromptApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/prompts`,
        method: "POST",
        body: queryArg.promptDraft,
      }),
    }),
    changePrompt: build.mutation<ChangePromptApiResponse, ChangePromptApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/prompts/${queryArg.id}`,
        method: "PUT",
        body: queryArg.promptDraft,
      }),
    }),
    deletePrompt: build.mutation<DeletePromptApiResponse, DeletePromptApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/prompts/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    getResponse: build.query<GetResponseApiResponse, GetResponseApiArg>({
      query: (queryArg) => ({ url: `/api/v1/responses/${queryArg.id}` }),
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
    deleteResponse: build.mutation<
      DeleteResponseApiResponse,
      DeleteResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/delete`,
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
    selectResponse: build.mutation<
      SelectResponseApiResponse,
      SelectResponseApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/responses/${queryArg.id}/select`,
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
    listServices: build.query<ListServicesApiResponse, ListServicesApiArg>({
      query: () => ({ url: `/api/v1/services` }),
    }),
    getShared: build.query<GetSharedApiResponse, GetSharedApiArg>({
      query: (queryArg) => ({ url: `/api/v1/shared/${queryArg.token}` }),
    }),
    revokeShare: build.mutation<RevokeShareApiResponse, RevokeShareApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/shares/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    getUsage: build.query<GetUsageApiResponse, GetUsageApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/usage`,
        params: {
          group_by: queryArg.groupBy,
          from: queryArg["from"],
          to: queryArg.to,
        },
      }),
    }),
    getLeaderboard: build.query<
      GetLeaderboardApiResponse,
      GetLeaderboardApiArg
    >({
      query: () => ({ url: `/api/v1/usage/leaderboard` }),
    }),
    listWebhooks: build.query<ListWebhooksApiResponse, ListWebhooksApiArg>({
      query: () => ({ url: `/api/v1/webhooks` }),
    }),
    createWebhook: build.mutation<
      CreateWebhookApiResponse,
      CreateWebhookApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks`,
        method: "POST",
        body: queryArg.webhookDraft,
      }),
    }),
    deleteWebhook: build.mutation<
      DeleteWebhookApiResponse,
      DeleteWebhookApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}`,
        method: "DELETE",
      }),
    }),
    updateWebhook: build.mutation<
      UpdateWebhookApiResponse,
      UpdateWebhookApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}`,
        method: "PATCH",
        body: queryArg.webhookChange,
      }),
    }),
    listWebhookDeliveries: build.query<
      ListWebhookDeliveriesApiResponse,
      ListWebhookDeliveriesApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}/deliveries`,
        params: {
          limit: queryArg.limit,
          cursor: queryArg.cursor,
        },
      }),
    }),
    redriveWebhookDelivery: build.mutation<
      RedriveWebhookDeliveryApiResponse,
      RedriveWebhookDeliveryApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}/deliveries/${queryArg.deliveryId}/redrive`,
        method: "POST",
      }),
    }),
    restoreWebhook: build.mutation<
      RestoreWebhookApiResponse,
      RestoreWebhookApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}/restore`,
        method: "POST",
      }),
    }),
    rotateWebhookSecret: build.mutation<
      RotateWebhookSecretApiResponse,
      RotateWebhookSecretApiArg
    >({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}/rotate-secret`,
        method: "POST",
      }),
    }),
    testWebhook: build.mutation<TestWebhookApiResponse, TestWebhookApiArg>({
      query: (queryArg) => ({
        url: `/api/v1/webhooks/${queryArg.id}/test`,
        method: "POST",
      }),
    }),
  }),
  overrideExisting: false,
});
export { injectedRtkApi as generatedApi };
export type GetAccountApiResponse = /** status 200 undefined */ OwnAccount;
export type GetAccountApiArg = void;
export type ChangeAccountApiResponse = /** status 200 undefined */ User;
export type ChangeAccountApiArg = {
  accountChanges: AccountChanges;
};
export type CloseAccountApiResponse = /** status 200 undefined */ User;
export type CloseAccountApiArg = {
  accountClosing: AccountClosing;
};
export type KeepAccountApiResponse = /** status 200 undefined */ User;
export type KeepAccountApiArg = void;
export type ListAccountLinksApiResponse =
  /** status 200 undefined */ ItemsAccountLink;
export type ListAccountLinksApiArg = void;
export type DeleteAccountLinkApiResponse = unknown;
export type DeleteAccountLinkApiArg = {
  id: AccountLinkId;
};
export type ListAllApiKeysApiResponse =
  /** status 200 undefined */ ItemsOwnedApiKey;
export type ListAllApiKeysApiArg = void;
export type SetApiKeyApiResponse = /** status 201 undefined */ ApiKey;
export type SetApiKeyApiArg = {
  newOwnedApiKey: NewOwnedApiKey;
};
export type RevokeApiKeyApiResponse = unknown;
export type RevokeApiKeyApiArg = {
  id: ApiKeyId;
};
export type TestAnyApiKeyApiResponse = /** status 200 undefined */ ApiKey;
export type TestAnyApiKeyApiArg = {
  id: ApiKeyId;
};
export type ListAuditApiResponse = /** status 200 undefined */ PageAuditEntry;
export type ListAuditApiArg = {
  /** Only this action. */
  action?: AuditAction;
  /** Only acts of this sign-in name. */
  actor?: string;
  /** Only acts on something whose name contains this. */
  subject?: string;
  /** Only from this moment on. */
  from?: string;
  /** Only before this moment. */
  until?: string;
  /** Entries a page, 1 to 100; 50 when not said. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: number;
};
export type ListBudgetsApiResponse =
  /** status 200 undefined */ ItemsBudgetStanding;
export type ListBudgetsApiArg = void;
export type CreateBudgetApiResponse =
  /** status 201 undefined */ BudgetStanding;
export type CreateBudgetApiArg = {
  budgetDraft: BudgetDraft;
};
export type UpdateBudgetApiResponse =
  /** status 200 undefined */ BudgetStanding;
export type UpdateBudgetApiArg = {
  id: BudgetId;
  budgetCaps: BudgetCaps;
};
export type DeleteBudgetApiResponse = unknown;
export type DeleteBudgetApiArg = {
  id: BudgetId;
};
export type ExamineInstanceApiResponse =
  /** status 200 undefined */ Examination;
export type ExamineInstanceApiArg = void;
export type CreateInviteApiResponse = /** status 201 undefined */ MadeLink;
export type CreateInviteApiArg = {
  newInvite: NewInvite;
};
export type ListJudgesApiResponse =
  /** status 200 undefined */ ItemsJudgeReport;
export type ListJudgesApiArg = void;
export type FindModelsApiResponse =
  /** status 200 undefined */ ItemsListedModel;
export type FindModelsApiArg = {
  modelAddress: ModelAddress;
};
export type GetQueueFiguresApiResponse =
  /** status 200 undefined */ QueueFigures;
export type GetQueueFiguresApiArg = void;
export type DiscardAnswerApiResponse = unknown;
export type DiscardAnswerApiArg = {
  id: ResponseId;
};
export type RetryAnswerApiResponse = unknown;
export type RetryAnswerApiArg = {
  id: ResponseId;
};
export type ListQueueItemsApiResponse =
  /** status 200 undefined */ PageWorkItem;
export type ListQueueItemsApiArg = {
  /** Which part. */
  standing: "waiting" | "running" | "set_aside";
  /** Items on a page, 1 to 100. */
  limit?: number;
  /** Where the page begins. */
  cursor?: string;
};
export type DiscardJobApiResponse = unknown;
export type DiscardJobApiArg = {
  id: JobId;
};
export type RetryJobApiResponse = unknown;
export type RetryJobApiArg = {
  id: JobId;
};
export type ListServicePresetsApiResponse = /** status 200 undefined */ any;
export type ListServicePresetsApiArg = void;
export type CreateServiceApiResponse = /** status 201 undefined */ Service;
export type CreateServiceApiArg = {
  serviceDraft: ServiceDraft;
};
export type GetServiceHealthApiResponse =
  /** status 200 undefined */ ItemsServiceHealth;
export type GetServiceHealthApiArg = {
  /** Hours back from now: 1 to 720; 24 when not said. */
  hours?: number;
};
export type DeleteServiceApiResponse = unknown;
export type DeleteServiceApiArg = {
  id: ServiceId;
};
export type UpdateServiceApiResponse = /** status 200 undefined */ Service;
export type UpdateServiceApiArg = {
  id: ServiceId;
  servicePatch: ServicePatch;
};
export type BeginExamApiResponse = /** status 202 undefined */ Exam;
export type BeginExamApiArg = {
  id: ServiceId;
};
export type TestServiceApiResponse = /** status 200 undefined */ ServiceTest;
export type TestServiceApiArg = {
  id: ServiceId;
};
export type GetInstanceSettingsApiResponse =
  /** status 200 undefined */ SettingsReport;
export type GetInstanceSettingsApiArg = void;
export type ChangeInstanceSettingsApiResponse =
  /** status 200 undefined */ SettingsReport;
export type ChangeInstanceSettingsApiArg = {
  settingsChange: SettingsChange;
};
export type GetInstanceUsageApiResponse =
  /** status 200 undefined */ UsageReport;
export type GetInstanceUsageApiArg = {
  /** By what to add up; by day if not said. */
  groupBy?: UsageGroup;
  /** The first day (UTC), such as 2026-11-01. */
  from?: string;
  /** The last day (UTC). */
  to?: string;
};
export type ListUsersApiResponse = /** status 200 undefined */ ItemsAccount;
export type ListUsersApiArg = void;
export type UpdateUserApiResponse = /** status 200 undefined */ Account;
export type UpdateUserApiArg = {
  id: UserId;
  userChange: UserChange;
};
export type CreateResetApiResponse = /** status 201 undefined */ MadeLink;
export type CreateResetApiArg = {
  id: UserId;
};
export type ListApiKeysApiResponse = /** status 200 undefined */ ItemsApiKey;
export type ListApiKeysApiArg = void;
export type CreateApiKeyApiResponse = /** status 201 undefined */ ApiKey;
export type CreateApiKeyApiArg = {
  newApiKey: NewApiKey;
};
export type DeleteApiKeyApiResponse = unknown;
export type DeleteApiKeyApiArg = {
  id: ApiKeyId;
};
export type TestApiKeyApiResponse = /** status 200 undefined */ ApiKey;
export type TestApiKeyApiArg = {
  id: ApiKeyId;
};
export type ListApiTokensApiResponse =
  /** status 200 undefined */ ItemsApiToken;
export type ListApiTokensApiArg = void;
export type CreateApiTokenApiResponse = /** status 201 undefined */ MadeToken;
export type CreateApiTokenApiArg = {
  newToken: NewToken;
};
export type DeleteApiTokenApiResponse = unknown;
export type DeleteApiTokenApiArg = {
  id: ApiTokenId;
};
export type DeleteAttachmentApiResponse = unknown;
export type DeleteAttachmentApiArg = {
  id: AttachmentId;
};
export type ReadAccountLinkApiResponse =
  /** status 200 undefined */ AccountLink;
export type ReadAccountLinkApiArg = {
  heldLink: HeldLink;
};
export type LoginApiResponse = /** status 200 undefined */ Session;
export type LoginApiArg = {
  credentials: Credentials;
};
export type LogoutApiResponse = unknown;
export type LogoutApiArg = void;
export type GetSessionApiResponse = /** status 200 undefined */ Session;
export type GetSessionApiArg = void;
export type ChangePasswordApiResponse = unknown;
export type ChangePasswordApiArg = {
  passwordChange: PasswordChange;
};
export type RegisterApiResponse = /** status 201 undefined */ Session;
export type RegisterApiArg = {
  registration: Registration;
};
export type ResetPasswordApiResponse = /** status 200 undefined */ Session;
export type ResetPasswordApiArg = {
  passwordReset: PasswordReset;
};
export type ListSessionsApiResponse = /** status 200 undefined */ ItemsSignIn;
export type ListSessionsApiArg = void;
export type EndOtherSessionsApiResponse = unknown;
export type EndOtherSessionsApiArg = void;
export type EndSessionApiResponse = unknown;
export type EndSessionApiArg = {
  id: SessionId;
};
export type GetBatchApiResponse = /** status 200 undefined */ Batch;
export type GetBatchApiArg = {
  id: BatchId;
};
export type ListBallotsApiResponse = /** status 200 undefined */ Ballots;
export type ListBallotsApiArg = {
  id: BatchId;
};
export type CancelBatchApiResponse = /** status 200 undefined */ Batch;
export type CancelBatchApiArg = {
  id: BatchId;
};
export type MakeConsensusApiResponse = /** status 202 undefined */ Consensus;
export type MakeConsensusApiArg = {
  id: BatchId;
  "Idempotency-Key"?: string;
  consensusDraft: ConsensusDraft;
};
export type EstimateConsensusApiResponse =
  /** status 200 undefined */ ConsensusEstimate;
export type EstimateConsensusApiArg = {
  id: BatchId;
  /** Who writes it; without it whoever judges best. */
  serviceId?: ServiceId;
};
export type RankBatchApiResponse = /** status 202 undefined */ Batch;
export type RankBatchApiArg = {
  id: BatchId;
};
export type RetryFailedApiResponse = /** status 200 undefined */ Batch;
export type RetryFailedApiArg = {
  id: BatchId;
};
export type ListOwnBudgetsApiResponse =
  /** status 200 undefined */ ItemsBudgetStanding;
export type ListOwnBudgetsApiArg = void;
export type ListConversationsApiResponse =
  /** status 200 undefined */ PageConversation;
export type ListConversationsApiArg = {
  /** Archived ones instead of the others. */
  archived?: boolean;
  /** 1 to 100. */
  limit?: number;
  /** From the page before. */
  cursor?: string;
};
export type CreateConversationApiResponse =
  /** status 201 undefined */ Conversation;
export type CreateConversationApiArg = {
  "Idempotency-Key"?: string;
  conversationDraft: ConversationDraft;
};
export type ImportConversationApiResponse =
  /** status 201 undefined */ Conversation;
export type ImportConversationApiArg = {
  transcript: Transcript;
};
export type GetConversationApiResponse =
  /** status 200 undefined */ Conversation;
export type GetConversationApiArg = {
  id: ConversationId;
};
export type DeleteConversationApiResponse = unknown;
export type DeleteConversationApiArg = {
  id: ConversationId;
};
export type UpdateConversationApiResponse =
  /** status 200 undefined */ Conversation;
export type UpdateConversationApiArg = {
  id: ConversationId;
  conversationChanges: ConversationChanges;
};
export type CreateBranchApiResponse = /** status 201 undefined */ Conversation;
export type CreateBranchApiArg = {
  id: ConversationId;
  branchDraft: BranchDraft;
};
export type GetContextApiResponse = /** status 200 undefined */ ContextPreview;
export type GetContextApiArg = {
  id: ConversationId;
};
export type ListEventsApiResponse = /** status 200 undefined */ Events;
export type ListEventsApiArg = {
  id: ConversationId;
  /** Events after this number. */
  after?: number;
  /** 1 to 500. */
  limit?: number;
};
export type ExportConversationApiResponse =
  /** status 200 undefined */ Transcript;
export type ExportConversationApiArg = {
  id: ConversationId;
  /** `md` to read, `json` to bring in again. */
  format?: "md" | "json";
};
export type ListMessagesApiResponse = /** status 200 undefined */ MessagePage;
export type ListMessagesApiArg = {
  id: ConversationId;
  /** 1 to 100. */
  limit?: number;
  /** From the page before. */
  cursor?: number;
};
export type SendMessageApiResponse = /** status 202 undefined */ Accepted;
export type SendMessageApiArg = {
  id: ConversationId;
  "Idempotency-Key"?: string;
  messageDraft: MessageDraft;
};
export type ListResponsesApiResponse =
  /** status 200 undefined */ ItemsResponse;
export type ListResponsesApiArg = {
  id: ConversationId;
  messageId: MessageId;
  /** `content` adds the whole answers. */
  expand?: string;
};
export type RestoreConversationApiResponse =
  /** status 200 undefined */ Conversation;
export type RestoreConversationApiArg = {
  id: ConversationId;
};
export type ListSharesApiResponse = /** status 200 undefined */ ItemsShare;
export type ListSharesApiArg = {
  id: ConversationId;
};
export type ShareConversationApiResponse = /** status 201 undefined */ NewShare;
export type ShareConversationApiArg = {
  id: ConversationId;
  shareDraft: ShareDraft;
};
export type EstimateCostApiResponse = /** status 200 undefined */ Estimate;
export type EstimateCostApiArg = {
  estimateRequest: EstimateRequest;
};
export type GetInstanceApiResponse = /** status 200 undefined */ Instance;
export type GetInstanceApiArg = void;
export type UpdateMessageApiResponse = /** status 200 undefined */ Message;
export type UpdateMessageApiArg = {
  id: MessageId;
  messageChanges: MessageChanges;
};
export type PruneMessageApiResponse = /** status 200 undefined */ PruneResult;
export type PruneMessageApiArg = {
  id: MessageId;
};
export type AddResponseApiResponse = /** status 202 undefined */ Response;
export type AddResponseApiArg = {
  id: MessageId;
  lateJoiner: LateJoiner;
};
export type RestoreMessageApiResponse =
  /** status 200 undefined */ RestoreResult;
export type RestoreMessageApiArg = {
  id: MessageId;
};
export type ListPanelsApiResponse = /** status 200 undefined */ ItemsPanel;
export type ListPanelsApiArg = void;
export type CreatePanelApiResponse = /** status 201 undefined */ Panel;
export type CreatePanelApiArg = {
  panelDraft: PanelDraft;
};
export type DeletePanelApiResponse = unknown;
export type DeletePanelApiArg = {
  id: PanelId;
};
export type UpdatePanelApiResponse = /** status 200 undefined */ Panel;
export type UpdatePanelApiArg = {
  id: PanelId;
  panelChanges: PanelChanges;
};
export type ListPromptsApiResponse = /** status 200 undefined */ ItemsPrompt;
export type ListPromptsApiArg = void;
export type CreatePromptApiResponse = /** status 201 undefined */ Prompt;
export type CreatePromptApiArg = {
  promptDraft: PromptDraft;
};
export type ChangePromptApiResponse = /** status 200 undefined */ Prompt;
export type ChangePromptApiArg = {
  id: PromptId;
  promptDraft: PromptDraft;
};
export type DeletePromptApiResponse = unknown;
export type DeletePromptApiArg = {
  id: PromptId;
};
export type GetResponseApiResponse = /** status 200 undefined */ Response;
export type GetResponseApiArg = {
  id: ResponseId;
};
export type CancelResponseApiResponse = /** status 200 undefined */ Response;
export type CancelResponseApiArg = {
  id: ResponseId;
};
export type DeleteResponseApiResponse = /** status 200 undefined */ Response;
export type DeleteResponseApiArg = {
  id: ResponseId;
};
export type DeselectResponseApiResponse = /** status 200 undefined */ Response;
export type DeselectResponseApiArg = {
  id: ResponseId;
};
export type RestoreResponseApiResponse = /** status 200 undefined */ Response;
export type RestoreResponseApiArg = {
  id: ResponseId;
};
export type RetryResponseApiResponse = /** status 200 undefined */ Response;
export type RetryResponseApiArg = {
  id: ResponseId;
};
export type SelectResponseApiResponse = /** status 200 undefined */ Response;
export type SelectResponseApiArg = {
  id: ResponseId;
};
export type SearchApiResponse = /** status 200 undefined */ SearchHits;
export type SearchApiArg = {
  /** What to look for. */
  q: string;
  /** 1 to 100. */
  limit?: number;
};
export type ListServicesApiResponse = /** status 200 undefined */ ItemsService;
export type ListServicesApiArg = void;
export type GetSharedApiResponse =
  /** status 200 undefined */ SharedConversation;
export type GetSharedApiArg = {
  token: string;
};
export type RevokeShareApiResponse = unknown;
export type RevokeShareApiArg = {
  id: ShareId;
};
export type GetUsageApiResponse = /** status 200 undefined */ UsageReport;
export type GetUsageApiArg = {
  /** By what to add up; by day if not said. */
  groupBy?: UsageGroup;
  /** The first day (UTC), such as 2026-11-01. */
  from?: string;
  /** The last day (UTC). */
  to?: string;
};
export type GetLeaderboardApiResponse = /** status 200 undefined */ Leaderboard;
export type GetLeaderboardApiArg = void;
export type ListWebhooksApiResponse = /** status 200 undefined */ ItemsWebhook;
export type ListWebhooksApiArg = void;
export type CreateWebhookApiResponse =
  /** status 201 undefined */ WebhookWithSecret;
export type CreateWebhookApiArg = {
  webhookDraft: WebhookDraft;
};
export type DeleteWebhookApiResponse = unknown;
export type DeleteWebhookApiArg = {
  id: WebhookId;
};
export type UpdateWebhookApiResponse = /** status 200 undefined */ Webhook;
export type UpdateWebhookApiArg = {
  id: WebhookId;
  webhookChange: WebhookChange;
};
export type ListWebhookDeliveriesApiResponse =
  /** status 200 undefined */ PageWebhookDelivery;
export type ListWebhookDeliveriesApiArg = {
  id: WebhookId;
  /** Deliveries a page, 1 to 100; 20 when not said. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: DeliveryId;
};
export type RedriveWebhookDeliveryApiResponse =
  /** status 202 undefined */ WebhookDelivery;
export type RedriveWebhookDeliveryApiArg = {
  id: WebhookId;
  deliveryId: DeliveryId;
};
export type RestoreWebhookApiResponse = /** status 200 undefined */ Webhook;
export type RestoreWebhookApiArg = {
  id: WebhookId;
};
export type RotateWebhookSecretApiResponse =
  /** status 200 undefined */ WebhookWithSecret;
export type RotateWebhookSecretApiArg = {
  id: WebhookId;
};
export type TestWebhookApiResponse =
  /** status 202 undefined */ WebhookDelivery;
export type TestWebhookApiArg = {
  id: WebhookId;
};
export type Holdings = {
  /** Length of those in UTF-16 code units. */
  answer_characters: number;
  /** Answers in them. */
  answers: number;
  /** Conversations, deleted ones that can still be restored included. */
  conversations: number;
  /** Bytes of those. */
  image_bytes: number;
  /** Images. */
  images: number;
};
export type UserId = string;
export type Role = "user" | "admin";
export type User = {
  /** Sign-in name. */
  email: string;
  /** Its id. */
  id: UserId;
  /** When the account goes, because its user closed it; none while it stays. */
  leaving_at?: string | null;
  /** Shown name. */
  name: string;
  /** What the user may do. */
  role: Role;
};
export type OwnAccount = {
  /** Days for which it can be kept once it is closed. */
  closed_account_days: number;
  /** When it was made. */
  created_at: string;
  /** Whether it has a password, which confirms its closing. Others confirm it by a sign-in of the
    last ten minutes. */
  has_password: boolean;
  /** How much is in it. */
  holdings: Holdings;
  /** Nobody else administers this installation, so it cannot be closed. */
  is_last_admin: boolean;
  /** Longest name in characters. */
  name_chars: number;
  /** Whether the sign-in that asks is as fresh as that. */
  signed_in_just_now: boolean;
  /** Who. */
  user: User;
};
export type BudgetId = string;
export type BudgetPeriod = "day" | "month";
export type BudgetScope = "instance" | "user" | "token";
export type BudgetState = "open" | "warning" | "exhausted";
export type BudgetStanding = {
  /** Above this nothing that costs anything is asked. */
  hard_micro_usd?: number | null;
  /** Its id. */
  id: BudgetId;
  /** For how long. */
  period: BudgetPeriod;
  /** Set aside for calls on their way. */
  reserved_micro_usd: number;
  /** When the period ends and the next begins. */
  resets_at: string;
  /** Whose spending it bounds. */
  scope: BudgetScope;
  /** Above this there is a warning. */
  soft_micro_usd?: number | null;
  /** Spent in the present period. */
  spent_micro_usd: number;
  /** How it stands. */
  state: BudgetState;
  /** The user or token; none for the instance. */
  subject_id?: string | null;
  /** The name of that user or token; empty where there is none. */
  subject_name: string;
};
export type FaultCode =
  | "missing"
  | "empty"
  | "not_allowed"
  | "wrong_form"
  | "too_long"
  | "too_short"
  | "too_many"
  | "out_of_range"
  | "negative"
  | "not_one_of"
  | "bad_characters"
  | "name_characters"
  | "no_letter"
  | "reserved"
  | "unknown"
  | "not_active"
  | "twice"
  | "wrong_order"
  | "not_supported"
  | "switched_off"
  | "admins_only"
  | "beyond_token"
  | "not_answered"
  | "too_many_kept"
  | "no_more_services"
  | "not_an_email"
  | "other_email"
  | "dead_link"
  | "wrong"
  | "common_password"
  | "same_as_email"
  | "address_not_allowed"
  | "service_failed"
  | "not_an_image"
  | "side_too_long"
  | "too_many_pixels"
  | "too_many_kilobytes"
  | "image_gone"
  | "no_room"
  | "cannot_judge"
  | "cannot_write"
  | "deadline_too_short"
  | "window_too_small"
  | "soft_above_hard"
  | "no_cap";
export type FieldError = {
  /** What is wrong with it, for programs. */
  code: FaultCode;
  /** The field's name in the request. */
  field: string;
  /** The limit it breaks, if it is one. */
  limit?: number | null;
  /** What is wrong with it, in English. */
  message: string;
  /** What else belongs to the code, by name. */
  params?: {
    [key: string]: string;
  };
};
export type Problem = {
  budget?: BudgetStanding | null;
  /** What happened and what to do. */
  detail: string;
  /** The fields that are wrong. */
  errors?: FieldError[];
  /** Seconds after which to try again. */
  retry_after?: number | null;
  /** HTTP status. */
  status: number;
  /** The kind in a few words. */
  title: string;
  /** Stable identifier of the kind of error, an address of this server:
    
    | type | status | meaning |
    |---|---|---|
    | `/problems/validation` | 422 | Fields break their rules. `errors` names each field, what is wrong with it, and the limit it breaks. Change them and send again. |
    | `/problems/malformed_json` | 400 | The body is not JSON; `detail` says where it breaks off. |
    | `/problems/malformed_request` | 400 | A header or the address is not well formed; `detail` says which. |
    | `/problems/unsupported_media_type` | 415 | Send the body with `Content-Type: application/json`. |
    | `/problems/payload_too_large` | 413 | The body is larger than this address takes; `detail` says how much that is. |
    | `/problems/request_timeout` | 408 | The body did not arrive in time. Send it again. |
    | `/problems/unauthenticated` | 401 | The request has no credential, or one that is unknown, revoked or has ended. Sign in, refresh the access token, or use another API token. |
    | `/problems/wrong_credentials` | 401 | The sign-in name or the password is wrong; which one is not said. |
    | `/problems/csrf` | 403 | A change by cookie must come from Quorum's own page and carry the X-CSRF-Token that the sign-in gave. Programs use a token instead of the cookie. |
    | `/problems/scope_missing` | 403 | The API token may not do this; `detail` names the scope that it lacks. Make a token with that scope. |
    | `/problems/forbidden` | 403 | Only an admin may do this. |
    | `/problems/account_closed` | 403 | Its user closed the account; `detail` says when everything of it is erased. Until then it can be kept, and what is in it taken out; nothing else. |
    | `/problems/last_admin` | 409 | The account of the only admin cannot be closed. Make somebody else an admin first. |
    | `/problems/sign_in_again` | 403 | An account without a password confirms this by a sign-in of the last ten minutes. |
    | `/problems/not_found` | 404 | There is no such thing, or it is not yours: the two are not told apart. |
    | `/problems/method_not_allowed` | 405 | The address does not take this method; `Allow` names those that it takes. |
    | `/problems/conflict` | 409 | The state of the thing does not allow it; `detail` says why. Read it anew. |
    | `/problems/idempotency_mismatch` | 422 | This Idempotency-Key came with another request before. Use a new key for a new request. |
    | `/problems/model_not_found` | 404 | Neither a service nor a saved panel has this name; `GET /v1/models` lists those that there are. |
    | `/problems/no_answer` | 424 | Every service that was asked failed; `detail` says how. The question is kept, and the same Idempotency-Key leads to it. |
    | `/problems/answer_restarted` | 409 | The service failed in the middle and began again, so what was sent is not the beginning of the answer. The same Idempotency-Key gives the whole of it. |
    | `/problems/no_service` | 422 | No service is active. An admin adds or activates one. |
    | `/problems/key_test_failed` | 422 | The provider did not accept the key; `errors` has its words. |
    | `/problems/registration_closed` | 403 | Accounts are made by an admin or by invitation. |
    | `/problems/setup_token_required` | 403 | The first account from another machine needs the token that Quorum printed at its start. |
    | `/problems/rate_limited` | 429 | Wait for as many seconds as `Retry-After` says, then send the same request again. |
    | `/problems/budget_exceeded` | 402 | What this could cost does not fit a budget. `budget` says which, and when it begins anew. |
    | `/problems/disk_full` | 507 | Nothing of the request was stored. Whoever runs Quorum makes room; then send it again. |
    | `/problems/unavailable` | 503 | Quorum cannot reach its database. Nothing was lost; send the same request again after `Retry-After`. |
    | `/problems/internal` | 500 | A fault of Quorum's. Nothing was stored; the log of the server has the details. |
     */
  type: string;
};
export type AccountChanges = {
  /** The name to be shown by, 1 to 100 characters. */
  name: string;
};
export type AccountClosing = {
  /** The password, where the account has one. */
  password?: string | null;
};
export type AccountLinkId = string;
export type LinkKind = "invite" | "reset";
export type ItemsAccountLink = {
  /** The items. */
  items: {
    /** When it was made. */
    created_at: string;
    /** The sign-in name it is for; anyone's if none. */
    email?: string | null;
    /** When it stops working. */
    expires_at: string;
    /** Its id. */
    id: AccountLinkId;
    /** What it is for. */
    kind: LinkKind;
    /** What an invited user may do. */
    role: Role;
    user_id?: UserId | null;
  }[];
};
export type ApiKeyId = string;
export type KeyScope = "user" | "instance";
export type ServiceType =
  "anthropic" | "openai" | "openai_responses" | "gemini" | "openai_compatible";
export type KeyStatus = "untested" | "testing" | "ok" | "failed";
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
  | "no_sources"
  | "cancelled";
export type ApiKey = {
  /** When it was saved. */
  created_at: string;
  /** Its id. */
  id: ApiKeyId;
  /** Its last characters. */
  last4: string;
  /** When it was last used. */
  last_used_at?: string | null;
  /** The only origin it is sent to. */
  origin: string;
  /** Whose it is. */
  scope: KeyScope;
  /** The services that use it. */
  service_names: string[];
  /** The wire format it is for. */
  service_type: ServiceType;
  /** What the last test said. */
  status: KeyStatus;
  /** What was wrong at the last failed test, in English. */
  status_detail?: string | null;
  status_kind?: FailureKind | null;
  /** The provider's own words alone, if it said anything. */
  status_said?: string | null;
  /** When it was last tested. */
  tested_at?: string | null;
};
export type KeyOwner = {
  /** Their sign-in name. */
  email: string;
  /** The user. */
  id: UserId;
  /** Their name. */
  name: string;
};
export type ItemsOwnedApiKey = {
  /** The items. */
  items: {
    /** The key, without the secret. */
    key: ApiKey;
    owner?: KeyOwner | null;
  }[];
};
export type ServiceId = string;
export type NewOwnedApiKey = {
  /** The secret. */
  key: string;
  /** The service it is for; others of the same type and origin use it too. */
  service_id: ServiceId;
  user_id?: UserId | null;
};
export type PageAuditEntry = {
  /** The items. */
  items: {
    /** What was done; one of the known actions, or one of a newer version. */
    action: string;
    /** The sign-in name of who did it or tried to. */
    actor: string;
    actor_id?: UserId | null;
    /** From which address. */
    address: string;
    /** When. */
    at: string;
    /** What else is worth knowing. */
    detail: object;
    /** SHA-256 over this entry and the hash of the one before it. */
    hash: string;
    /** Its number, gapless from 1. */
    seq: number;
    /** To what. */
    subject: string;
  }[];
  /** Where the next page begins; none on the last. */
  next_cursor?: string | null;
};
export type AuditAction =
  | "registered"
  | "signed_in"
  | "sign_in_failed"
  | "signed_out"
  | "session_ended"
  | "refresh_reused"
  | "password_changed"
  | "password_reset"
  | "identity_linked"
  | "data_taken_out"
  | "account_renamed"
  | "account_closed"
  | "account_kept"
  | "account_erased"
  | "api_token_created"
  | "api_token_revoked"
  | "api_key_saved"
  | "api_key_revoked"
  | "webhook_created"
  | "webhook_changed"
  | "invite_created"
  | "reset_created"
  | "link_revoked"
  | "user_created"
  | "role_changed"
  | "user_disabled"
  | "user_enabled"
  | "service_created"
  | "service_changed"
  | "service_deleted"
  | "service_tested"
  | "exam_begun"
  | "setting_changed"
  | "queue_changed"
  | "budget_changed"
  | "administered"
  | "master_key_rotated";
export type ItemsBudgetStanding = {
  /** The items. */
  items: {
    /** Above this nothing that costs anything is asked. */
    hard_micro_usd?: number | null;
    /** Its id. */
    id: BudgetId;
    /** For how long. */
    period: BudgetPeriod;
    /** Set aside for calls on their way. */
    reserved_micro_usd: number;
    /** When the period ends and the next begins. */
    resets_at: string;
    /** Whose spending it bounds. */
    scope: BudgetScope;
    /** Above this there is a warning. */
    soft_micro_usd?: number | null;
    /** Spent in the present period. */
    spent_micro_usd: number;
    /** How it stands. */
    state: BudgetState;
    /** The user or token; none for the instance. */
    subject_id?: string | null;
    /** The name of that user or token; empty where there is none. */
    subject_name: string;
  }[];
};
export type BudgetDraft = {
  /** Above this nothing that costs anything is asked. */
  hard_micro_usd?: number | null;
  /** For how long. */
  period: BudgetPeriod;
  /** Whose spending it bounds. */
  scope: BudgetScope;
  /** Above this there is a warning. */
  soft_micro_usd?: number | null;
  /** The user or token; none for the instance. */
  subject_id?: string | null;
};
export type BudgetCaps = {
  /** Above this nothing that costs anything is asked; none for no bound. */
  hard_micro_usd?: number | null;
  /** Above this there is a warning; none for no warning. */
  soft_micro_usd?: number | null;
};
export type FindingCode =
  | "folder_fine"
  | "in_use"
  | "folder_bad"
  | "no_database"
  | "database_silent"
  | "database_unreadable"
  | "database_too_new"
  | "database_older"
  | "database_fine"
  | "database_empty"
  | "no_hstore"
  | "clock_off"
  | "master_key_missing"
  | "no_master_key"
  | "master_key_unusable"
  | "master_key_other"
  | "master_key_fine"
  | "no_bus"
  | "redis_fine"
  | "redis_evicts"
  | "bus_bad";
export type FindingLevel = "fine" | "note" | "fault";
export type Finding = {
  /** What was found, for programs. */
  code: FindingCode;
  /** How serious it is. */
  level: FindingLevel;
  /** What belongs to the code, by name. */
  params: {
    [key: string]: string;
  };
  /** What was found, in plain English. */
  words: string;
};
export type Examination = {
  /** What was looked at. */
  findings: Finding[];
  /** Version of the binary. */
  version: string;
};
export type AccountLink = {
  /** When it was made. */
  created_at: string;
  /** The sign-in name it is for; anyone's if none. */
  email?: string | null;
  /** When it stops working. */
  expires_at: string;
  /** Its id. */
  id: AccountLinkId;
  /** What it is for. */
  kind: LinkKind;
  /** What an invited user may do. */
  role: Role;
  user_id?: UserId | null;
};
export type MadeLink = {
  /** What is known of it. */
  link: AccountLink;
  /** The link below this site's address. What is behind `#` is not kept and not shown again. */
  path: string;
};
export type NewInvite = {
  /** The sign-in name that it is for; whoever holds it chooses one when not said. */
  email?: string | null;
  /** Hours for which it is good, 1 to 720; 72 when not said. */
  expires_in_hours?: number | null;
  role?: Role | null;
};
export type ExamKindResult = {
  /** The kind: `natural`, or what misleads in it. */
  kind: string;
  /** Pairs of this kind. */
  pairs: number;
  /** Pairs right; halves count. */
  right: number;
};
export type ExamId = string;
export type ExamStatus = "running" | "finished" | "failed";
export type Exam = {
  /** The share of pairs it got right. */
  accuracy?: number | null;
  /** By kind of pair. */
  by_kind: ExamKindResult[];
  /** What it has cost so far. */
  cost_micro_usd: number;
  /** When it was begun. */
  created_at: string;
  /** Why it was given up. */
  failure?: string | null;
  /** When it ended. */
  finished_at?: string | null;
  /** Its id. */
  id: ExamId;
  /** Sheets marked so far. */
  marked: number;
  /** The share of pairs on which it kept its mind when they were turned. */
  order_consistency?: number | null;
  /** Whether it is good enough to count. */
  passes?: boolean | null;
  /** Sheets in all: every pair in both orders. */
  sheets: number;
  /** Where it stands. */
  status: ExamStatus;
  /** Sheets on which it gave no valid ballot. */
  void?: number | null;
};
export type ItemsJudgeReport = {
  /** The items. */
  items: {
    /** Pairs that users' choices decided. */
    choice_pairs: number;
    /** Of these, what it got right. */
    choice_right: number;
    /** False when it is expected to do hardly better than a coin; then its ballots count nothing. */
    counts: boolean;
    exam?: Exam | null;
    /** The share of pairs it is expected to get right: exam and choices, drawn to 0.65 while they are few. */
    expected_accuracy: number;
    /** The family of its model: at most one judge of each is asked at first. */
    family: string;
    /** Its model. */
    model: string;
    /** The service. */
    service_id: ServiceId;
    /** Its name. */
    service_name: string;
  }[];
};
export type ItemsListedModel = {
  /** The items. */
  items: {
    /** Tokens of prompt and answer together, where the provider says so. */
    context_window?: number | null;
    /** Longest answer in tokens, where the provider says so. */
    max_output_tokens?: number | null;
    /** The name to ask it by. */
    model: string;
  }[];
};
export type ModelAddress = {
  /** The address. */
  base_url: string;
  /** The wire format spoken there. */
  service_type: ServiceType;
};
export type WorkCount = {
  /** How much. */
  count: number;
  /** `answer`, or the kind of background job. */
  kind: string;
  /** Its state; `dead` was set aside. */
  state: string;
};
export type PausedWork = {
  /** Why. */
  reason: FailureKind;
  /** The service. */
  service_id: ServiceId;
  /** Until when. */
  until: string;
};
export type QueueFigures = {
  /** Work that is not done, by kind and state. */
  counts: WorkCount[];
  /** How long the oldest work that may begin has waited, in seconds. */
  oldest_due_seconds: number;
  /** How long ago the lease that ran out first did so, in seconds: a worker died, and nobody took over. */
  oldest_expired_lease_seconds: number;
  /** Services that are left alone. */
  paused: PausedWork[];
};
export type ResponseId = string;
export type PageWorkItem = {
  /** The items. */
  items: {
    /** Times that it was begun. */
    attempt: number;
    /** Workers that died with it in hand. */
    crash_count: number;
    /** When it was made. */
    created_at: string;
    /** When it may begin; of what was given up, when it ended. */
    due_at: string;
    /** The response, or the job. */
    id: string;
    /** `answer`, or the kind of background job. */
    kind: string;
    /** Why it failed or waits. */
    reason?: string | null;
    /** Whom it asks. */
    service_name?: string | null;
    /** Its state. */
    state: string;
    /** For whom. */
    user_name?: string | null;
    /** The worker that has it. */
    worker?: string | null;
  }[];
  /** Where the next page begins; none on the last. */
  next_cursor?: string | null;
};
export type JobId = string;
export type KeyState = "not_needed" | "present" | "missing";
export type Service = {
  /** Whether it can be asked. */
  active: boolean;
  /** Its address. */
  base_url: string;
  /** Micro-USD per million cached input tokens. */
  cached_input_price_micro_usd: number;
  /** Whether it answers questions. */
  contestant: boolean;
  /** Tokens of prompt and answer together. */
  context_window: number;
  /** When it was added. */
  created_at: string;
  /** Played by the built-in fleet. */
  demo: boolean;
  /** Its id. */
  id: ServiceId;
  /** Micro-USD per million input tokens. */
  input_price_micro_usd: number;
  /** Whether it may judge. */
  judge: boolean;
  /** Whether the asking user has one. */
  key: KeyState;
  /** Longest answer in tokens. */
  max_output_tokens: number;
  /** The model's name there. */
  model: string;
  /** Shown name. */
  name: string;
  /** Scheme, host and port: what a key is bound to. */
  origin: string;
  /** Micro-USD per million output tokens. */
  output_price_micro_usd: number;
  /** Reasoning effort; none sends none. */
  reasoning_effort?: string | null;
  /** Whether calls need a key. */
  requires_key: boolean;
  /** The wire format. */
  service_type: ServiceType;
  /** Sampling temperature; none sends none. */
  temperature?: number | null;
  /** A very small model. */
  tiny: boolean;
  /** Whether images may be sent. */
  vision: boolean;
};
export type ServiceSettings = {
  active?: boolean | null;
  cached_input_price_micro_usd?: number | null;
  contestant?: boolean | null;
  context_window?: number | null;
  input_price_micro_usd?: number | null;
  judge?: boolean | null;
  max_output_tokens?: number | null;
  output_price_micro_usd?: number | null;
  reasoning_effort?: string | null;
  requires_key?: boolean | null;
  temperature?: number | null;
  tiny?: boolean | null;
  vision?: boolean | null;
};
export type ServiceDraft = ServiceSettings & {
  base_url: string;
  model: string;
  name: string;
  service_type: ServiceType;
};
export type HealthFailure = {
  /** When it began. */
  at: string;
  /** Its kind, and the provider's words. */
  detail: string;
  kind?: FailureKind | null;
  /** The provider's own words alone. */
  said?: string | null;
};
export type HealthPause = {
  /** Why. */
  reason: FailureKind;
  /** Until when. */
  until: string;
};
export type HealthStretch = {
  /** Its beginning. */
  at: string;
  /** Calls that brought a reply. */
  completed: number;
  /** Calls that did not. */
  failed: number;
  /** Mean time of a reply, in milliseconds. */
  mean_ms?: number | null;
};
export type ProbeStatus = "running" | "ok" | "failed";
export type ServiceTest = {
  /** When it was begun. */
  created_at: string;
  /** What went wrong, in English. */
  detail?: string | null;
  kind?: FailureKind | null;
  /** The provider's own words alone, if it said anything. */
  said?: string | null;
  /** What came of it. */
  status: ProbeStatus;
  /** How long it took, in milliseconds. */
  took_ms?: number | null;
};
export type ItemsServiceHealth = {
  /** The items. */
  items: {
    /** Calls that brought a reply, in all stretches. */
    completed: number;
    /** Calls that did not. */
    failed: number;
    /** The newest failures, newest first. */
    failures: HealthFailure[];
    pause?: HealthPause | null;
    /** The service. */
    service_id: ServiceId;
    /** Every stretch of the time asked for, oldest first, also those without calls. */
    stretches: HealthStretch[];
    test?: ServiceTest | null;
  }[];
};
export type ServicePatch = ServiceSettings & {
  base_url?: string | null;
  model?: string | null;
  name?: string | null;
  service_type?: ServiceType | null;
};
export type FixedSetting = {
  /** Its name, such as `server.port`. */
  name: string;
  /** Where the value comes from: `default`, `file`, `environment` or `command_line`. */
  source: string;
  /** Its value, as text. */
  value: string;
};
export type SettingRange = {
  /** Largest value. */
  max: number;
  /** Smallest value. */
  min: number;
  /** Name of the setting. */
  name: string;
};
export type ContextMode = "shared" | "own_thread";
export type JudgingPolicy = "cascade" | "judge" | "panel" | "local" | "off";
export type RegistrationPolicy = "open" | "invite" | "off";
export type InstanceSettings = {
  /** Seconds from the asking until the last attempt must have begun. */
  batch_seconds: number;
  /** Calls at once to one service, over all processes. */
  calls_per_service: number;
  /** Calls at once for one user, over all processes. */
  calls_per_user: number;
  /** Days for which an account that its user closed can still be kept; then it is erased. */
  closed_account_days: number;
  /** Seconds between two pieces of an answer. */
  content_idle_seconds: number;
  /** Who sees which earlier answers in a new conversation. */
  context_mode: ContextMode;
  /** Days after which a deleted conversation is erased for good; 0 keeps it. */
  deleted_kept_days: number;
  /** Seconds until the first text of an answer. */
  first_token_seconds: number;
  /** Largest image in kilobytes. */
  image_kilobytes: number;
  /** Megabytes of images that one user may keep. */
  image_megabytes_per_user: number;
  /** Most images that come with a message; 0 takes none. */
  images_per_message: number;
  /** How answers are ranked in a new conversation. */
  judging_policy: JudgingPolicy;
  /** Longest message in characters. */
  message_chars: number;
  /** Who may make an account. */
  registration: RegistrationPolicy;
  /** Most services asked at once. */
  services_per_message: number;
  /** Longest system prompt in characters. */
  system_prompt_chars: number;
  /** Longest title in characters. */
  title_chars: number;
  /** Seconds that one call may take. */
  total_seconds: number;
};
export type SettingsReport = {
  /** Names of those that admins changed. */
  changed: string[];
  /** What only a restart changes, without secrets. */
  fixed: FixedSetting[];
  /** Ranges of those that are numbers. */
  ranges: SettingRange[];
  /** In force, here and within seconds on every process. */
  settings: InstanceSettings;
  /** As this process was started, before any change. */
  started: InstanceSettings;
};
export type InstanceSettingsPatch = {
  /** Seconds from the asking until the last attempt must have begun. */
  batch_seconds?: number | null;
  /** Calls at once to one service, over all processes. */
  calls_per_service?: number | null;
  /** Calls at once for one user, over all processes. */
  calls_per_user?: number | null;
  /** Days for which an account that its user closed can still be kept; then it is erased. */
  closed_account_days?: number | null;
  /** Seconds between two pieces of an answer. */
  content_idle_seconds?: number | null;
  context_mode?: ContextMode | null;
  /** Days after which a deleted conversation is erased for good; 0 keeps it. */
  deleted_kept_days?: number | null;
  /** Seconds until the first text of an answer. */
  first_token_seconds?: number | null;
  /** Largest image in kilobytes. */
  image_kilobytes?: number | null;
  /** Megabytes of images that one user may keep. */
  image_megabytes_per_user?: number | null;
  /** Most images that come with a message; 0 takes none. */
  images_per_message?: number | null;
  judging_policy?: JudgingPolicy | null;
  /** Longest message in characters. */
  message_chars?: number | null;
  registration?: RegistrationPolicy | null;
  /** Most services asked at once. */
  services_per_message?: number | null;
  /** Longest system prompt in characters. */
  system_prompt_chars?: number | null;
  /** Longest title in characters. */
  title_chars?: number | null;
  /** Seconds that one call may take. */
  total_seconds?: number | null;
};
export type SettingsChange = {
  /** Names of settings that go back to what the process was started with. */
  reset?: string[];
  /** New values. */
  set?: InstanceSettingsPatch;
};
export type UsageLine = {
  /** Complete answers among the calls. */
  answered: number;
  /** Calls made, those for judging included. */
  calls: number;
  /** Cost. */
  cost_micro_usd: number;
  /** Milliseconds to an answer's first text, on average. */
  first_token_ms?: number | null;
  /** Input tokens. */
  input_tokens: number;
  /** Answers that were kept. */
  kept: number;
  /** The day, or the id of what the line is about; for services by day, both with a space between. */
  key: string;
  /** What to show for it. */
  label: string;
  /** Output tokens. */
  output_tokens: number;
  /** Answers that were ranked among others. */
  ranked: number;
  /** Milliseconds to an answer's end, on average. */
  total_ms?: number | null;
  /** Answers that came first. */
  wins: number;
};
export type UsageReport = {
  /** The items. */
  items: UsageLine[];
};
export type UsageGroup =
  "day" | "service" | "conversation" | "service_day" | "user" | "kept_answer";
export type ItemsAccount = {
  /** The items. */
  items: {
    /** A disabled user cannot do anything. */
    active: boolean;
    /** When the account was made. */
    created_at: string;
    /** Sign-in name, stored in lower case. */
    email: string;
    /** Its id. */
    id: UserId;
    /** When it goes for good, because its user closed it; none while it stays. */
    leaving_at?: string | null;
    /** Shown name. */
    name: string;
    /** What the user may do. */
    role: Role;
  }[];
};
export type Account = {
  /** A disabled user cannot do anything. */
  active: boolean;
  /** When the account was made. */
  created_at: string;
  /** Sign-in name, stored in lower case. */
  email: string;
  /** Its id. */
  id: UserId;
  /** When it goes for good, because its user closed it; none while it stays. */
  leaving_at?: string | null;
  /** Shown name. */
  name: string;
  /** What the user may do. */
  role: Role;
};
export type UserChange = {
  /** False disables the account: signed out everywhere, everything running is stopped. */
  active?: boolean | null;
  role?: Role | null;
};
export type ItemsApiKey = {
  /** The items. */
  items: {
    /** When it was saved. */
    created_at: string;
    /** Its id. */
    id: ApiKeyId;
    /** Its last characters. */
    last4: string;
    /** When it was last used. */
    last_used_at?: string | null;
    /** The only origin it is sent to. */
    origin: string;
    /** Whose it is. */
    scope: KeyScope;
    /** The services that use it. */
    service_names: string[];
    /** The wire format it is for. */
    service_type: ServiceType;
    /** What the last test said. */
    status: KeyStatus;
    /** What was wrong at the last failed test, in English. */
    status_detail?: string | null;
    status_kind?: FailureKind | null;
    /** The provider's own words alone, if it said anything. */
    status_said?: string | null;
    /** When it was last tested. */
    tested_at?: string | null;
  }[];
};
export type NewApiKey = {
  /** The secret. */
  key: string;
  /** Whose it is. */
  scope?: KeyScope;
  /** The service it is for; others of the same type and origin use it too. */
  service_id: ServiceId;
};
export type ApiTokenId = string;
export type Scope = "read" | "write" | "account" | "admin";
export type Scopes = Scope[];
export type ItemsApiToken = {
  /** The items. */
  items: {
    /** When it was made. */
    created_at: string;
    /** When it stops working; never if none. */
    expires_at?: string | null;
    /** Its id. */
    id: ApiTokenId;
    /** The last characters, to recognise it by. */
    last4: string;
    /** When it was last used, to the minute. */
    last_used_at?: string | null;
    /** What its user calls it. */
    name: string;
    /** What it may do. */
    scopes: Scopes;
  }[];
};
export type ApiToken = {
  /** When it was made. */
  created_at: string;
  /** When it stops working; never if none. */
  expires_at?: string | null;
  /** Its id. */
  id: ApiTokenId;
  /** The last characters, to recognise it by. */
  last4: string;
  /** When it was last used, to the minute. */
  last_used_at?: string | null;
  /** What its user calls it. */
  name: string;
  /** What it may do. */
  scopes: Scopes;
};
export type MadeToken = {
  /** What is known of it. */
  api_token: ApiToken;
  /** The token itself. It is not kept and not shown again. */
  token: string;
};
export type NewToken = {
  /** Days until it stops working, 1 to 3650; never when not said. */
  expires_in_days?: number | null;
  /** What to call it. */
  name: string;
  /** What it may do: at least one, and nothing that the credential of this request may not. */
  scopes: Scopes;
};
export type AttachmentId = string;
export type HeldLink = {
  /** What it is for. */
  kind: LinkKind;
  /** What stands behind `#`. */
  token: string;
};
export type Session = {
  /** To be sent as `X-CSRF-Token` with every change; none where no cookie is used. */
  csrf_token?: string | null;
  /** Who. */
  user: User;
};
export type Credentials = {
  /** Sign-in name. */
  email: string;
  /** The password. */
  password: string;
};
export type PasswordChange = {
  /** The password so far. */
  current_password: string;
  /** 8 to 256 characters. */
  new_password: string;
};
export type Registration = {
  /** Sign-in name. */
  email: string;
  /** What stands behind `#` in an invitation's link. */
  invite?: string | null;
  /** Shown name. */
  name: string;
  /** 8 to 256 characters. */
  password: string;
  /** Printed on the console at the first start; for the first account from another machine. */
  setup_token?: string | null;
};
export type PasswordReset = {
  /** 8 to 256 characters. */
  password: string;
  /** What stands behind `#` in the link. */
  token: string;
};
export type SessionId = string;
export type SignInKind = "browser" | "client";
export type ItemsSignIn = {
  /** The items. */
  items: {
    /** The address it was last used from. */
    address: string;
    /** When it began. */
    created_at: string;
    /** Whether it is the one that asks. */
    current: boolean;
    /** When it ends if it is not used again. */
    expires_at: string;
    /** Its id. */
    id: SessionId;
    /** Of a browser, or of an API client. */
    kind: SignInKind;
    /** When it was last used, to within ten minutes. */
    last_used_at: string;
    /** The browser or program, as it names itself. */
    user_agent: string;
  }[];
};
export type Passage = {
  /** One past the last. */
  end: number;
  /** The first unit. */
  start: number;
};
export type ClaimSource = {
  passage?: Passage | null;
  /** The answer. */
  response_id: ResponseId;
};
export type AgreementSource = "judge" | "local";
export type ClaimStanding = "all" | "some" | "one" | "contested";
export type Claim = {
  /** The answers that say otherwise. */
  contradicted_by: ClaimSource[];
  /** Who found it. */
  method: AgreementSource;
  /** How the answers stand to it. */
  standing: ClaimStanding;
  /** The answers that make it. */
  supported_by: ClaimSource[];
  /** The point in one sentence. */
  text: string;
};
export type Disagreement = {
  /** What it is about. */
  point: string;
  /** The answers that stand apart. */
  response_ids: ResponseId[];
};
export type Agreement = {
  /** What all say. */
  agree: string[];
  /** The points one by one, with the passages they rest on. */
  claims: Claim[];
  /** Where they differ. */
  disagree: Disagreement[];
  /** Who found it. */
  source: AgreementSource;
};
export type BatchId = string;
export type MessageId = string;
export type RankingMethod = "judge" | "local" | "single" | "none";
export type RankingRemark =
  | {
      code: "ranking_off";
    }
  | {
      code: "no_answer";
    }
  | {
      code: "only_one_answer";
    }
  | {
      code: "all_the_same";
    }
  | {
      code: "no_judge";
    }
  | {
      code: "named_judges_missing";
    }
  | {
      code: "some_named_judges_missing";
      /** How many. */
      missing: number;
      /** Of how many. */
      named: number;
    }
  | {
      code: "no_ballot_counted";
    }
  | {
      code: "judges_too_weak";
    }
  | {
      code: "by_agreement";
    }
  | {
      /** Answers asked for. */
      answers: number;
      code: "ranked_in_part";
      /** Answers ranked. */
      ranked: number;
      /** Ballots that counted. */
      voted: number;
      /** Ballots wanted. */
      wanted: number;
    }
  | {
      code: "nothing_meets_request";
    }
  | {
      code: "only_weak_judges";
    }
  | {
      code: "judges_contradict_each_other";
    }
  | {
      code: "injection_withheld";
    }
  | {
      code: "too_close_at_the_top";
    }
  | {
      code: "stopped";
    }
  | {
      code: "given_up";
    };
export type BatchStatus =
  "PENDING" | "PROCESSING" | "RANKING" | "COMPLETED" | "FAILED" | "CANCELLED";
export type BatchState = {
  agreement?: Agreement | null;
  /** Responses with an answer. */
  answered_responses: number;
  /** When it became final. */
  completed_at?: string | null;
  /** When it was accepted. */
  created_at: string;
  /** Responses asked for. */
  expected_responses: number;
  /** Responses in a final state, whatever it is. */
  finished_responses: number;
  /** Its id. */
  id: BatchId;
  /** Judges whose ballot counted. */
  judges_voted: number;
  /** Judges asked. */
  judges_wanted: number;
  /** The message asked. */
  message_id: MessageId;
  /** Whether the others were removed. */
  pruned: boolean;
  /** The answers that the ranking took in: a complete one that is not among them came later. */
  ranked_response_ids: ResponseId[];
  ranking_method?: RankingMethod | null;
  /** What the reader should know about the ranking, in English. */
  ranking_note?: string | null;
  /** The same as codes with their numbers, to be worded in the reader's language. */
  ranking_remarks: RankingRemark[];
  selected_response_id?: ResponseId | null;
  /** Where it stands. */
  status: BatchStatus;
};
export type ComparisonVerdict =
  "pending" | "better" | "equal" | "no_better" | "unknown";
export type ConsensusComparison = {
  /** Ballots that counted. */
  ballots: number;
  /** How likely the consensus is preferred, where ballots counted. */
  probability?: number | null;
  /** The single answer. */
  response_id: ResponseId;
  /** What the judges say. */
  verdict: ComparisonVerdict;
};
export type PassedOver = {
  /** Why it gave none. */
  kind: FailureKind;
  /** What happened, in plain words. */
  message: string;
  /** The provider's own words alone, if it said anything. */
  said?: string | null;
  /** The service. */
  service_id: ServiceId;
  /** Its name when it was asked. */
  service_name: string;
};
export type AgreementReason =
  | {
      /** How many others do. */
      agreeing: number;
      code: "agrees_with";
      /** Of how many. */
      others: number;
      /** The value. */
      value: string;
    }
  | {
      code: "stands_alone";
      /** The value. */
      value: string;
    }
  | {
      code: "shares_wording";
      /** The share of its wording that it has in common with the others, in percent. */
      percent: number;
    };
export type Citation = {
  /** What is quoted from it: one line of at most 500 characters. */
  quote?: string | null;
  /** What it is called: one line of at most 200 characters. */
  title?: string | null;
  /** Where it stands: http or https, at most 2,000 characters. */
  url?: string | null;
};
export type ConversationId = string;
export type ResponseError = {
  /** What the user can do. */
  action: string;
  /** The class. */
  kind: FailureKind;
  /** What happened, in plain words, with the provider's own words where they help. */
  message: string;
  /** Whether "Retry" is offered. */
  retryable: boolean;
  /** The provider's own words alone, if it said anything. */
  said?: string | null;
};
export type FinishReason = "stop" | "length" | "refusal";
export type Reasoning = string;
export type ResponseRole = "answer" | "consensus";
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
export type ResponseStatus =
  "pending" | "processing" | "completed" | "failed" | "cancelled";
export type Summary = string;
export type SummarySource = "extractive" | "judge";
export type ResponseUsage = {
  /** The part of the input read from a cache. */
  cached_input_tokens: number;
  /** All input tokens. */
  input_tokens: number;
  /** Billed output tokens. */
  output_tokens: number;
  /** The part of the output that was reasoning. */
  reasoning_tokens: number;
};
export type Response = {
  agreement_reason: AgreementReason | null;
  /** Calls made so far in this asking. */
  attempt: number;
  /** The batch it answers. */
  batch_id: BatchId;
  /** How many sources the service named. */
  citation_count: number;
  /** The sources that the service named, at most 64; only where the whole answer is asked for. */
  citations?: Citation[];
  /** Length of the text so far in UTF-16 units. */
  content_length: number;
  /** The thread it stands in. */
  conversation_id: ConversationId;
  /** Cost of all calls for this response. */
  cost_micro_usd: number;
  /** When it was accepted. */
  created_at: string;
  /** Removed by the user. */
  deleted: boolean;
  /** Played by the built-in fleet. */
  demo: boolean;
  error?: ResponseError | null;
  /** The whole answer; only where asked for. */
  expanded_content?: string | null;
  finish_reason?: FinishReason | null;
  /** When it became final. */
  finished_at?: string | null;
  /** When the first text came. */
  first_token_at?: string | null;
  /** Its id. */
  id: ResponseId;
  /** Calls that this asking may use. */
  max_attempts: number;
  /** The message it answers. */
  message_id: MessageId;
  /** The model's name when it was asked. */
  model: string;
  /** Place in the order asked, from 0. */
  position: number;
  /** 0 to 100. */
  progress: number;
  /** 1 is best. */
  rank?: number | null;
  /** 0.0 to 10.0, relative to the other answers; 5 is no preference. */
  ranking_score?: number | null;
  reasoning?: Reasoning | null;
  /** When the next attempt begins. */
  retry_at?: string | null;
  /** An answer, or made from the answers. */
  role: ResponseRole;
  /** Upper end of the 80 % interval. */
  score_high?: number | null;
  /** Lower end of the 80 % interval. */
  score_low?: number | null;
  /** Kept by the user. */
  selected: boolean;
  /** The service asked. */
  service_id: ServiceId;
  /** The service's name when it was asked. */
  service_name: string;
  /** Fine stage. */
  stage: Stage;
  /** When the first call began. */
  started_at?: string | null;
  /** Coarse status. */
  status: ResponseStatus;
  summary?: Summary | null;
  summary_source?: SummarySource | null;
  /** What the service thought before it wrote, as Markdown of at most 256 KiB; only where the whole
    answer is asked for. Not part of the answer: not judged, and in no prompt. */
  thoughts?: string | null;
  /** Too close to call against a neighbour. */
  tied: boolean;
  /** From a very small model. */
  tiny: boolean;
  usage?: ResponseUsage | null;
};
export type AttributedSentence = {
  /** The answers that say otherwise. */
  contradicted_by: ClaimSource[];
  /** The share of its words found in the nearest source. */
  likeness: number;
  /** Where it stands in the fused answer. */
  passage: Passage;
  /** The answers that say it, nearest first; none where no answer says so. */
  sources: ClaimSource[];
};
export type Consensus = {
  comparison: ConsensusComparison | null;
  /** The points that the user wanted in it. */
  keep: Claim[];
  /** All complete answers there were when it was begun: one that is not among them came later,
    and the consensus knows nothing of it. */
  known_ids: ResponseId[];
  /** Services that were asked before the present one and gave none. */
  passed_over: PassedOver[];
  /** Who writes it, and how far it is. */
  response: Response;
  /** Sentence by sentence, once it is complete; those too short to say something are left out. */
  sentences: AttributedSentence[];
  /** The answers that it is made from, best first; empty until it is begun. */
  source_ids: ResponseId[];
};
export type Batch = BatchState & {
  /** The fused answers, newest first, deleted ones included. */
  consensuses: Consensus[];
  /** The answers in the order asked, deleted ones included. */
  responses: Response[];
};
export type BallotId = string;
export type RankingId = string;
export type BallotItem = {
  /** What is wrong with it. */
  faults: string[];
  /** Whether it speaks to the judge. */
  injection: boolean;
  /** Whether it does what was asked. */
  meets_request: boolean;
  /** Why it stands where it stands, in at most 20 words. */
  reason: string;
  response_id: ResponseId;
};
export type BallotStatus = "pending" | "voted" | "void" | "failed";
export type Ballot = {
  consensus_id?: ResponseId | null;
  cost_micro_usd: number;
  created_at: string;
  /** The share of pairs that the judge was expected to get right when it was asked. */
  expected_accuracy?: number | null;
  id: BallotId;
  judge_name: string;
  judge_service_id: ServiceId;
  /** The answers in the order shown to the judge. */
  order: ResponseId[];
  prompt_version: string;
  /** Judging again makes a new ranking. */
  ranking_id: RankingId;
  /** The judge's reply, whole. */
  raw_reply?: string | null;
  /** What the judge said of each answer. */
  said: BallotItem[];
  status: BallotStatus;
  /** The judge's order, best first; those in one tier are equal. */
  tiers: ResponseId[][];
  void_reason?: string | null;
  /** What the ballot counts beside the best judge's, which counts 1. */
  weight: number;
};
export type Ranking = {
  /** When it was completed. */
  completed_at?: string | null;
  consensus_id?: ResponseId | null;
  /** When it was begun. */
  created_at: string;
  /** Its id. */
  id: RankingId;
  method?: RankingMethod | null;
  /** The judges that the user named for it, by name; empty where nobody was named. */
  named_judges: string[];
  /** The whole record: every comparison and its weight, pair probabilities, intervals, flags and figures. */
  record?: object | null;
};
export type Ballots = {
  /** The items. */
  items: Ballot[];
  /** The rankings that they counted for, newest first. */
  rankings: Ranking[];
};
export type ConsensusDraft = {
  /** The points that must be in it, by the text of the batch's claims; at most 40. */
  keep?: string[];
  service_id?: ServiceId | null;
};
export type JudgeCost = {
  /** Ballots on average. */
  ballots: number;
  /** What is likely. */
  cost_micro_usd: number;
  service_id: ServiceId;
  service_name: string;
};
export type JudgingCost = {
  /** What is likely. */
  cost_micro_usd: number;
  /** Input tokens on average. */
  input_tokens: number;
  /** Who would be asked; a judge that fails is replaced, unless judges were named. */
  judges: JudgeCost[];
  /** Calls on average; a ballot that has to be repaired costs one more. */
  mean_calls: number;
  /** Calls where the first ballots disagree. */
  most_calls: number;
  /** What is likely where the first ballots disagree. */
  most_micro_usd: number;
  /** Output tokens on average. */
  output_tokens: number;
};
export type ConsensusEstimate = {
  /** What comparing it with the best single answer is likely to cost; no calls where nobody is asked. */
  comparing: JudgingCost;
  /** Both. */
  cost_micro_usd: number;
  /** Who would write it. */
  service_id: ServiceId;
  /** Its name. */
  service_name: string;
  /** What writing it is likely to cost. */
  writing_micro_usd: number;
};
export type TitleSource = "default" | "auto" | "user";
export type PageConversation = {
  /** The items. */
  items: {
    /** Put away, not deleted. */
    archived: boolean;
    /** Who sees which earlier answers. */
    context_mode: ContextMode;
    /** When it was made. */
    created_at: string;
    /** Deleted, but still restorable. */
    deleted: boolean;
    /** Its id. */
    id: ConversationId;
    /** Who judges under the policy `judge`; empty leaves it to the best judge there is. */
    judge_ids: ServiceId[];
    /** How answers are ranked. */
    judging_policy: JudgingPolicy;
    /** When the last message was accepted. */
    last_message_at?: string | null;
    /** Number of the last event. */
    last_seq: number;
    /** Messages in it. */
    message_count: number;
    /** Services asked by default; empty means every active one. */
    service_ids: ServiceId[];
    /** Put before every prompt; may be empty. */
    system_prompt: string;
    /** Shown in the sidebar. */
    title: string;
    /** Where the title comes from. */
    title_source: TitleSource;
    /** When anything about it last changed. */
    updated_at: string;
  }[];
  /** Where the next page begins; none on the last. */
  next_cursor?: string | null;
};
export type Conversation = {
  /** Put away, not deleted. */
  archived: boolean;
  /** Who sees which earlier answers. */
  context_mode: ContextMode;
  /** When it was made. */
  created_at: string;
  /** Deleted, but still restorable. */
  deleted: boolean;
  /** Its id. */
  id: ConversationId;
  /** Who judges under the policy `judge`; empty leaves it to the best judge there is. */
  judge_ids: ServiceId[];
  /** How answers are ranked. */
  judging_policy: JudgingPolicy;
  /** When the last message was accepted. */
  last_message_at?: string | null;
  /** Number of the last event. */
  last_seq: number;
  /** Messages in it. */
  message_count: number;
  /** Services asked by default; empty means every active one. */
  service_ids: ServiceId[];
  /** Put before every prompt; may be empty. */
  system_prompt: string;
  /** Shown in the sidebar. */
  title: string;
  /** Where the title comes from. */
  title_source: TitleSource;
  /** When anything about it last changed. */
  updated_at: string;
};
export type ConversationDraft = {
  context_mode?: ContextMode | null;
  /** Who judges under the policy `judge`: one service or more that may judge and that you have a key
    for. Nobody else is asked then. Where nobody was ever named the best judge is asked. */
  judge_ids?: ServiceId[] | null;
  judging_policy?: JudgingPolicy | null;
  service_ids?: ServiceId[];
  system_prompt?: string | null;
  title?: string | null;
};
export type TranscriptAnswer = {
  /** The sources that the service named. */
  citations?: Citation[];
  /** Whether it was made of the others. */
  consensus?: boolean;
  /** The whole answer. */
  content: string;
  /** The model's name there. */
  model?: string;
  /** 1 is best. */
  rank?: number | null;
  /** Why it stands where it stands. */
  reasoning?: string | null;
  /** Whether it was removed; only in what a user takes out for themselves, and not brought in. */
  removed?: boolean;
  /** 0 to 10. */
  score?: number | null;
  /** Whether it was kept. */
  selected?: boolean;
  /** Who gave it. */
  service_name: string;
  /** In short. */
  summary?: string | null;
  /** What the service thought before it wrote. */
  thoughts?: string | null;
  /** Whether it broke off: stopped, or failed with a part of its text. Not brought in either. */
  unfinished?: boolean;
};
export type TranscriptImage = {
  /** Where it lies beside the transcript; only in what a user takes out for themselves. */
  file?: string | null;
  /** Pixels from top to bottom. */
  height: number;
  /** What it is called. */
  name: string;
  /** Pixels from left to right. */
  width: number;
};
export type TranscriptTurn = {
  /** The answers that were not removed. */
  answers?: TranscriptAnswer[];
  /** The question. */
  content: string;
  /** When it was asked. */
  created_at?: string | null;
  /** Images that came with it. They are named, not contained: neither an export nor a snapshot
    shows them to others. */
  images?: TranscriptImage[];
};
export type Transcript = {
  /** `quorum.conversation`. */
  format: string;
  /** Put before every prompt. */
  system_prompt?: string;
  /** The title. */
  title: string;
  /** Questions and answers, oldest first. */
  turns: TranscriptTurn[];
  /** Version of the form. */
  version: number;
};
export type ConversationChanges = {
  archived?: boolean | null;
  context_mode?: ContextMode | null;
  /** Who judges under the policy `judge`: one service or more that may judge and that you have a key
    for. Nobody else is asked then. Where nobody was ever named the best judge is asked. */
  judge_ids?: ServiceId[] | null;
  judging_policy?: JudgingPolicy | null;
  service_ids?: ServiceId[] | null;
  system_prompt?: string | null;
  title?: string | null;
};
export type BranchDraft = {
  /** The message that is asked differently; the turns before it go along. */
  message_id: MessageId;
  /** The title; without it the conversation is named by its first question. */
  title?: string | null;
};
export type ImageType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";
export type Attachment = {
  /** Size of the file. */
  bytes: number;
  /** When it came. */
  created_at: string;
  /** Pixels from top to bottom. */
  height: number;
  /** Its id. */
  id: AttachmentId;
  /** What it is, by its bytes. */
  media_type: ImageType;
  /** What it is called; for people only. */
  name: string;
  /** Pixels from left to right. */
  width: number;
};
export type Kept = "selected" | "consensus" | "by_default";
export type PromptRole = "system" | "user" | "assistant";
export type PromptMessage = {
  /** The images sent with it. */
  attachments: Attachment[];
  /** The exact text sent. */
  content: string;
  kept?: Kept | null;
  message_id?: MessageId | null;
  response_id?: ResponseId | null;
  /** Who speaks. */
  role: PromptRole;
};
export type ServiceContext = {
  /** Estimated cost of the input. */
  cost_micro_usd: number;
  /** Oldest turns left out because they do not fit. */
  dropped_turns: number;
  /** Images of these turns that it does not get, because it takes none or they are too many. */
  images_left_out: number;
  /** Estimated. */
  input_tokens: number;
  /** The exact messages, before the new one. */
  messages: PromptMessage[];
  service_id: ServiceId;
  service_name: string;
  /** Whether it takes images. */
  vision: boolean;
};
export type ContextPreview = {
  context_mode: ContextMode;
  services: ServiceContext[];
  /** Turns that go along. */
  turns: number;
};
export type Message = {
  /** Images that came with it. */
  attachments: Attachment[];
  /** Who wrote it. */
  author_id: UserId;
  batch?: Batch | null;
  /** The text. */
  content: string;
  /** The thread it stands in. */
  conversation_id: ConversationId;
  /** When it was accepted. */
  created_at: string;
  /** Left out of later prompts without being deleted. */
  excluded: boolean;
  /** Its id. */
  id: MessageId;
};
export type EventBody =
  | {
      /** The message as accepted. */
      message: Message;
      type: "message_created";
    }
  | {
      /** Left out of later prompts. */
      excluded: boolean;
      /** The message it is about. */
      message_id: MessageId;
      type: "message_updated";
    }
  | {
      /** The batch without its responses. */
      batch: BatchState;
      type: "batch_update";
    }
  | {
      /** The response without its full text. */
      response: Response;
      type: "response_update";
    }
  | {
      /** The consensus without its full text. */
      consensus: Consensus;
      type: "consensus_update";
    }
  | {
      /** The batch. */
      batch_id: BatchId;
      /** Responses with an answer. */
      completed_count: number;
      /** Responses asked for. */
      total_count: number;
      type: "batch_complete";
    }
  | {
      /** The message it answers. */
      message_id: MessageId;
      response_id?: ResponseId | null;
      type: "response_selected";
    }
  | {
      /** The message they answer. */
      message_id: MessageId;
      /** The removed answers. */
      response_ids: ResponseId[];
      type: "responses_pruned";
    }
  | {
      /** The message they answer. */
      message_id: MessageId;
      /** The restored answers. */
      response_ids: ResponseId[];
      type: "responses_restored";
    }
  | {
      /** The conversation as it is now. */
      conversation: Conversation;
      type: "conversation_updated";
    }
  | {
      type: "conversation_deleted";
    };
export type StoredEvent = EventBody & {
  /** When it was stored. */
  at: string;
  /** The conversation it belongs to. */
  conversation_id: ConversationId;
  /** 1, 2, 3, ... */
  seq: number;
};
export type Events = {
  /** In order, without gaps. */
  items: StoredEvent[];
  /** Number of the last event there is. */
  last_seq: number;
};
export type MessagePage = {
  /** Oldest first; the first page is the newest one. */
  items: Message[];
  /** Open the socket with `after` of this. */
  last_seq: number;
  /** Where the next (older) page begins. */
  next_cursor?: string | null;
};
export type AcceptedBatch = {
  expected_responses: number;
  id: BatchId;
  status: BatchStatus;
};
export type Accepted = {
  ai_request_batch?: AcceptedBatch | null;
  message: Message;
};
export type MessageDraft = {
  /** Images brought before, in the order in which services get them. Those that take no images get
    the text alone. */
  attachments?: AttachmentId[];
  /** The text. */
  content: string;
  /** Whom to ask; without it the conversation's services, or all. */
  service_ids?: ServiceId[] | null;
  /** Whether services are asked. */
  trigger_ai_responses?: boolean;
};
export type ItemsResponse = {
  /** The items. */
  items: {
    agreement_reason: AgreementReason | null;
    /** Calls made so far in this asking. */
    attempt: number;
    /** The batch it answers. */
    batch_id: BatchId;
    /** How many sources the service named. */
    citation_count: number;
    /** The sources that the service named, at most 64; only where the whole answer is asked for. */
    citations?: Citation[];
    /** Length of the text so far in UTF-16 units. */
    content_length: number;
    /** The thread it stands in. */
    conversation_id: ConversationId;
    /** Cost of all calls for this response. */
    cost_micro_usd: number;
    /** When it was accepted. */
    created_at: string;
    /** Removed by the user. */
    deleted: boolean;
    /** Played by the built-in fleet. */
    demo: boolean;
    error?: ResponseError | null;
    /** The whole answer; only where asked for. */
    expanded_content?: string | null;
    finish_reason?: FinishReason | null;
    /** When it became final. */
    finished_at?: string | null;
    /** When the first text came. */
    first_token_at?: string | null;
    /** Its id. */
    id: ResponseId;
    /** Calls that this asking may use. */
    max_attempts: number;
    /** The message it answers. */
    message_id: MessageId;
    /** The model's name when it was asked. */
    model: string;
    /** Place in the order asked, from 0. */
    position: number;
    /** 0 to 100. */
    progress: number;
    /** 1 is best. */
    rank?: number | null;
    /** 0.0 to 10.0, relative to the other answers; 5 is no preference. */
    ranking_score?: number | null;
    reasoning?: Reasoning | null;
    /** When the next attempt begins. */
    retry_at?: string | null;
    /** An answer, or made from the answers. */
    role: ResponseRole;
    /** Upper end of the 80 % interval. */
    score_high?: number | null;
    /** Lower end of the 80 % interval. */
    score_low?: number | null;
    /** Kept by the user. */
    selected: boolean;
    /** The service asked. */
    service_id: ServiceId;
    /** The service's name when it was asked. */
    service_name: string;
    /** Fine stage. */
    stage: Stage;
    /** When the first call began. */
    started_at?: string | null;
    /** Coarse status. */
    status: ResponseStatus;
    summary?: Summary | null;
    summary_source?: SummarySource | null;
    /** What the service thought before it wrote, as Markdown of at most 256 KiB; only where the whole
        answer is asked for. Not part of the answer: not judged, and in no prompt. */
    thoughts?: string | null;
    /** Too close to call against a neighbour. */
    tied: boolean;
    /** From a very small model. */
    tiny: boolean;
    usage?: ResponseUsage | null;
  }[];
};
export type ShareId = string;
export type ItemsShare = {
  /** The items. */
  items: {
    /** When it was taken; what was said later is not in it. */
    created_at: string;
    /** Its id. */
    id: ShareId;
  }[];
};
export type Share = {
  /** When it was taken; what was said later is not in it. */
  created_at: string;
  /** Its id. */
  id: ShareId;
};
export type NewShare = {
  /** The snapshot. */
  share: Share;
  /** The secret of its link, `/shared/{token}`; shown this once. */
  token: string;
};
export type SharedAnswers = "all" | "kept";
export type ShareDraft = {
  /** Which answers it shows. */
  answers?: SharedAnswers;
};
export type AnswerCost = {
  /** What it cannot exceed; this is what budgets set aside. */
  at_most_micro_usd: number;
  /** What is likely. */
  cost_micro_usd: number;
  /** Estimated. */
  input_tokens: number;
  /** On average of what the service has answered of late. */
  output_tokens: number;
  service_id: ServiceId;
  service_name: string;
};
export type Estimate = {
  /** By service. */
  answers: AnswerCost[];
  /** The answers at their longest and judging where ballots disagree. */
  at_most_micro_usd: number;
  /** The least that any budget has left; none where nothing is bounded. */
  budget_left_micro_usd?: number | null;
  /** All of it, as is likely. */
  cost_micro_usd: number;
  /** The judges. */
  judging: JudgingCost;
};
export type EstimateRequest = {
  /** Images brought before. */
  attachments?: AttachmentId[];
  /** The text. */
  content: string;
  conversation_id?: ConversationId | null;
  /** Who judges under the policy `judge`; without it as the conversation says. */
  judge_ids?: ServiceId[] | null;
  judging_policy?: JudgingPolicy | null;
  /** Whom to ask; without it the conversation's services, or all. */
  service_ids?: ServiceId[] | null;
};
export type Limits = {
  /** Largest image in kilobytes. */
  image_kilobytes: number;
  /** Megabytes of images that one user may keep. */
  image_megabytes_per_user: number;
  /** Most images that come with a message; 0 takes none. */
  images_per_message: number;
  /** Longest message in characters. */
  message_chars: number;
  /** Most services asked at once. */
  services_per_message: number;
  /** Longest system prompt in characters. */
  system_prompt_chars: number;
  /** Longest title in characters. */
  title_chars: number;
};
export type Instance = {
  /** Only demo services are active. */
  demo: boolean;
  /** Some active service is a very small model. */
  has_tiny_models: boolean;
  /** Limits of requests. */
  limits: Limits;
  /** No account yet. */
  needs_setup: boolean;
  /** What the account elsewhere is called that signs in here, if there is one. */
  oidc?: string | null;
  /** Who may make an account now. */
  registration: RegistrationPolicy;
  /** The first account needs the token from the console, unless it is created on this machine. */
  setup_token_required: boolean;
  /** Version of the binary. */
  version: string;
};
export type MessageChanges = {
  /** Left out of later prompts. */
  excluded: boolean;
};
export type PruneResult = {
  pruned_response_ids: ResponseId[];
  /** What that saves per turn. */
  saved_micro_usd: number;
  /** Estimated tokens that every next turn is lighter by. */
  saved_tokens: number;
};
export type LateJoiner = {
  service_id: ServiceId;
};
export type RestoreResult = {
  restored_response_ids: ResponseId[];
};
export type PanelId = string;
export type ItemsPanel = {
  /** The items. */
  items: {
    /** When it was saved. */
    created_at: string;
    /** Its id. */
    id: PanelId;
    /** What its user calls it. */
    name: string;
    /** The services, in the order asked. */
    service_ids: ServiceId[];
    /** The name as a program writes it, in `quorum:<slug>`; each of a user's is there once. */
    slug: string;
    /** When it was changed. */
    updated_at: string;
  }[];
};
export type Panel = {
  /** When it was saved. */
  created_at: string;
  /** Its id. */
  id: PanelId;
  /** What its user calls it. */
  name: string;
  /** The services, in the order asked. */
  service_ids: ServiceId[];
  /** The name as a program writes it, in `quorum:<slug>`; each of a user's is there once. */
  slug: string;
  /** When it was changed. */
  updated_at: string;
};
export type PanelDraft = {
  /** At most 60 characters, with a letter or a digit. */
  name: string;
  /** The services, at least one, in the order asked. */
  service_ids: ServiceId[];
};
export type PanelChanges = {
  /** A new name. */
  name?: string | null;
  /** Other services. */
  service_ids?: ServiceId[] | null;
};
export type PromptId = string;
export type ItemsPrompt = {
  /** The items. */
  items: {
    /** The text. */
    content: string;
    /** When it was kept. */
    created_at: string;
    /** Its id. */
    id: PromptId;
    /** The name to call it by, after a slash. */
    name: string;
    /** When it was changed. */
    updated_at: string;
  }[];
};
export type Prompt = {
  /** The text. */
  content: string;
  /** When it was kept. */
  created_at: string;
  /** Its id. */
  id: PromptId;
  /** The name to call it by, after a slash. */
  name: string;
  /** When it was changed. */
  updated_at: string;
};
export type PromptDraft = {
  /** The text. */
  content: string;
  /** 1 to 40 letters, digits, `-` and `_`. */
  name: string;
};
export type SearchHit = {
  at: string;
  conversation_id: ConversationId;
  /** Begin and end of each hit in the snippet, in UTF-16 code units. */
  highlights: number[][];
  message_id?: MessageId | null;
  response_id?: ResponseId | null;
  /** Plain text around the first hit. */
  snippet: string;
  title: string;
};
export type SearchHits = {
  /** The items. */
  items: SearchHit[];
};
export type ItemsService = {
  /** The items. */
  items: {
    /** Whether it can be asked. */
    active: boolean;
    /** Its address. */
    base_url: string;
    /** Micro-USD per million cached input tokens. */
    cached_input_price_micro_usd: number;
    /** Whether it answers questions. */
    contestant: boolean;
    /** Tokens of prompt and answer together. */
    context_window: number;
    /** When it was added. */
    created_at: string;
    /** Played by the built-in fleet. */
    demo: boolean;
    /** Its id. */
    id: ServiceId;
    /** Micro-USD per million input tokens. */
    input_price_micro_usd: number;
    /** Whether it may judge. */
    judge: boolean;
    /** Whether the asking user has one. */
    key: KeyState;
    /** Longest answer in tokens. */
    max_output_tokens: number;
    /** The model's name there. */
    model: string;
    /** Shown name. */
    name: string;
    /** Scheme, host and port: what a key is bound to. */
    origin: string;
    /** Micro-USD per million output tokens. */
    output_price_micro_usd: number;
    /** Reasoning effort; none sends none. */
    reasoning_effort?: string | null;
    /** Whether calls need a key. */
    requires_key: boolean;
    /** The wire format. */
    service_type: ServiceType;
    /** Sampling temperature; none sends none. */
    temperature?: number | null;
    /** A very small model. */
    tiny: boolean;
    /** Whether images may be sent. */
    vision: boolean;
  }[];
};
export type SharedConversation = {
  /** When the snapshot was taken. */
  created_at: string;
  /** The conversation as it was: no keys, costs or people in it. */
  transcript: Transcript;
};
export type ServiceStanding = {
  /** Times it could have been. */
  choices: number;
  /** Upper end of the 80 % interval. */
  high: number;
  /** Times it was kept. */
  kept: number;
  /** Lower end of the 80 % interval. */
  low: number;
  /** 0 to 10; 5 is no preference. */
  score: number;
  /** The service. */
  service_id: ServiceId;
  /** Its name. */
  service_name: string;
};
export type Board = {
  /** Services proposed for the next question on this topic. */
  proposed_panel: ServiceId[];
  /** Choices that it rests on. */
  selections: number;
  /** Best first. */
  standings: ServiceStanding[];
  /** The topic; none for all together. */
  topic?: string | null;
};
export type Leaderboard = {
  /** All topics together first, then each topic that has a choice. */
  boards: Board[];
};
export type DisabledReason = "gone" | "failing";
export type WebhookEvent = "batch.completed" | "batch.failed" | "webhook.test";
export type WebhookEvents = WebhookEvent[];
export type WebhookId = string;
export type ItemsWebhook = {
  /** The items. */
  items: {
    /** Whether messages are sent. */
    active: boolean;
    /** When it was added. */
    created_at: string;
    /** What its user calls it; may be empty. */
    description: string;
    disabled_reason?: DisabledReason | null;
    /** What it is told of. */
    events: WebhookEvents;
    /** Until when messages are signed with the former secret as well. */
    former_secret_until?: string | null;
    /** Its id. */
    id: WebhookId;
    /** When a message last reached it. */
    last_delivered_at?: string | null;
    /** Where messages are sent. */
    url: string;
  }[];
};
export type Webhook = {
  /** Whether messages are sent. */
  active: boolean;
  /** When it was added. */
  created_at: string;
  /** What its user calls it; may be empty. */
  description: string;
  disabled_reason?: DisabledReason | null;
  /** What it is told of. */
  events: WebhookEvents;
  /** Until when messages are signed with the former secret as well. */
  former_secret_until?: string | null;
  /** Its id. */
  id: WebhookId;
  /** When a message last reached it. */
  last_delivered_at?: string | null;
  /** Where messages are sent. */
  url: string;
};
export type WebhookWithSecret = {
  /** The secret that messages are signed with. It is not shown again. */
  secret: string;
  /** What is known of the webhook. */
  webhook: Webhook;
};
export type WebhookDraft = {
  /** What to call it. */
  description?: string;
  /** What it is told of; of everything when not said. */
  events?: WebhookEvents;
  /** Where messages are sent: http or https; an address of this machine or a private network only
    where an admin allowed its host. */
  url: string;
};
export type WebhookChange = {
  /** Whether messages are sent. */
  active?: boolean | null;
  /** What to call it. */
  description?: string | null;
  events?: WebhookEvents | null;
  /** Where messages are sent. */
  url?: string | null;
};
export type DeliveryAttempt = {
  /** When it began. */
  at: string;
  /** Why it does not count, in plain words. */
  error?: string | null;
  /** Milliseconds until the reply; none if there was none. */
  latency_ms?: number | null;
  /** The beginning of the reply. */
  response_excerpt?: string | null;
  /** The HTTP status; none if there was no reply. */
  response_status?: number | null;
};
export type DeliveryId = string;
export type DeliveryStatus = "pending" | "delivered" | "failed";
export type PageWebhookDelivery = {
  /** The items. */
  items: {
    /** The attempts so far, oldest first; the first ones of many are not kept. */
    attempts: DeliveryAttempt[];
    batch_id?: BatchId | null;
    /** When it was made. */
    created_at: string;
    /** What it is about. */
    event: WebhookEvent;
    /** Why it was given up, in plain words. */
    failure?: string | null;
    /** Its id, sent as `webhook-id`: the same at every attempt. */
    id: DeliveryId;
    /** When the next attempt is due. */
    next_attempt_at?: string | null;
    /** Where it stands. */
    status: DeliveryStatus;
    /** The webhook. */
    webhook_id: WebhookId;
  }[];
  /** Where the next page begins; none on the last. */
  next_cursor?: string | null;
};
export type WebhookDelivery = {
  /** The attempts so far, oldest first; the first ones of many are not kept. */
  attempts: DeliveryAttempt[];
  batch_id?: BatchId | null;
  /** When it was made. */
  created_at: string;
  /** What it is about. */
  event: WebhookEvent;
  /** Why it was given up, in plain words. */
  failure?: string | null;
  /** Its id, sent as `webhook-id`: the same at every attempt. */
  id: DeliveryId;
  /** When the next attempt is due. */
  next_attempt_at?: string | null;
  /** Where it stands. */
  status: DeliveryStatus;
  /** The webhook. */
  webhook_id: WebhookId;
};
