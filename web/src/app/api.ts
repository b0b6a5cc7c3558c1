import {
  type Attachment,
  type Conversation,
  type Estimate,
  type EstimateRequest,
  generatedApi,
  type ListAuditApiArg,
  type ListAuditApiResponse,
  type ListSessionsApiResponse,
  type ListWebhookDeliveriesApiResponse,
  type MessagePage,
  type PageWorkItem,
  type Response,
  type Session,
} from '@/generated/api';
import { tokenReceived } from './session-slice';

/** One page of the sidebar's list. */
export interface ConversationPage {
  items: Conversation[];
  next_cursor?: string | null;
}

/** A row of the audit log. */
export type AuditEntry = ListAuditApiResponse['items'][number];

/** A place where one is signed in. */
export type SignIn = ListSessionsApiResponse['items'][number];

/** What to show of the audit log. */
export type AuditFilter = Omit<ListAuditApiArg, 'limit' | 'cursor'>;
/** The parts of the queue. */
export type WorkStanding = 'waiting' | 'running' | 'set_aside';

const THREAD_PAGE = 20;
const LIST_PAGE = 30;

async function keepToken(
  dispatch: (action: ReturnType<typeof tokenReceived>) => unknown,
  queryFulfilled: Promise<{ data: Session }>,
) {
  try {
    const { data } = await queryFulfilled;
    dispatch(tokenReceived(data.csrf_token));
  } catch {
    // The caller sees the rejection; there is no token to keep.
  }
}

/** Shows a name before, and as, the server has it. */
const showName = (name: string) =>
  generatedApi.util.updateQueryData('getSession', undefined, (session) => {
    session.user.name = name;
  });

const tagged = generatedApi.enhanceEndpoints({
  endpoints: {
    getSession: {
      providesTags: ['Session'],
      onQueryStarted: (_arg, { dispatch, queryFulfilled }) => keepToken(dispatch, queryFulfilled),
    },
    register: { onQueryStarted: (_a, { dispatch, queryFulfilled }) => keepToken(dispatch, queryFulfilled) },
    login: { onQueryStarted: (_a, { dispatch, queryFulfilled }) => keepToken(dispatch, queryFulfilled) },
    resetPassword: {
      onQueryStarted: (_a, { dispatch, queryFulfilled }) => keepToken(dispatch, queryFulfilled),
    },
    getAccount: { providesTags: ['Account'], keepUnusedDataFor: 5 },
    changeAccount: {
      invalidatesTags: ['Account', 'People'],
      onQueryStarted: async ({ accountChanges }, { dispatch, queryFulfilled }) => {
        const shown = dispatch(showName(accountChanges.name));
        try {
          const { data } = await queryFulfilled;
          dispatch(showName(data.name));
        } catch {
          shown.undo();
        }
      },
    },
    closeAccount: { invalidatesTags: ['Session', 'Account'] },
    keepAccount: { invalidatesTags: ['Session', 'Account'] },
    changePassword: { invalidatesTags: ['Sessions'] },
    listSessions: { providesTags: ['Sessions'], keepUnusedDataFor: 5 },
    endSession: { invalidatesTags: ['Sessions'] },
    endOtherSessions: { invalidatesTags: ['Sessions'] },
    listApiTokens: { providesTags: ['Tokens'], keepUnusedDataFor: 5 },
    createApiToken: { invalidatesTags: ['Tokens'] },
    deleteApiToken: { invalidatesTags: ['Tokens'] },
    listWebhooks: { providesTags: ['Webhooks'], keepUnusedDataFor: 5 },
    createWebhook: { invalidatesTags: ['Webhooks'] },
    updateWebhook: { invalidatesTags: ['Webhooks'] },
    deleteWebhook: { invalidatesTags: ['Webhooks'] },
    restoreWebhook: { invalidatesTags: ['Webhooks'] },
    rotateWebhookSecret: { invalidatesTags: ['Webhooks'] },
    testWebhook: { invalidatesTags: (_r, _e, arg) => [{ type: 'Deliveries', id: arg.id }] },
    redriveWebhookDelivery: { invalidatesTags: (_r, _e, arg) => [{ type: 'Deliveries', id: arg.id }] },
    listUsers: { providesTags: ['People'], keepUnusedDataFor: 5 },
    updateUser: { invalidatesTags: ['People'] },
    createReset: { invalidatesTags: ['Links'] },
    createInvite: { invalidatesTags: ['Links'] },
    listAccountLinks: { providesTags: ['Links'], keepUnusedDataFor: 5 },
    deleteAccountLink: { invalidatesTags: ['Links'] },
    listServices: { providesTags: ['Services'] },
    createService: { invalidatesTags: ['Services', 'Context', 'Judges'] },
    updateService: { invalidatesTags: ['Services', 'Context', 'Judges'] },
    deleteService: { invalidatesTags: ['Services', 'Context', 'Judges'] },
    listApiKeys: { providesTags: ['Keys'] },
    createApiKey: { invalidatesTags: ['Keys', 'Services'] },
    deleteApiKey: { invalidatesTags: ['Keys', 'Services'] },
    testApiKey: { invalidatesTags: ['Keys'] },
    getContext: { providesTags: (_r, _e, arg) => [{ type: 'Context', id: arg.id }] },
    updateConversation: {
      invalidatesTags: (_r, _e, arg) => [{ type: 'Context', id: arg.id }, 'Search', 'ConsensusCost'],
    },
    estimateConsensus: { providesTags: ['ConsensusCost', 'Services'], keepUnusedDataFor: 60 },
    search: { providesTags: ['Search'], keepUnusedDataFor: 10 },
    listBallots: { providesTags: (_r, _e, arg) => [{ type: 'Ballots', id: arg.id }] },
    getServiceHealth: { providesTags: ['Health'], keepUnusedDataFor: 5 },
    testService: { invalidatesTags: ['Health'] },
    listAllApiKeys: { providesTags: ['Keys'], keepUnusedDataFor: 5 },
    setApiKey: { invalidatesTags: ['Keys', 'Services'] },
    revokeApiKey: { invalidatesTags: ['Keys', 'Services'] },
    testAnyApiKey: { invalidatesTags: ['Keys'] },
    getQueueFigures: { providesTags: ['Queue'], keepUnusedDataFor: 5 },
    retryJob: { invalidatesTags: ['Queue'] },
    discardJob: { invalidatesTags: ['Queue'] },
    retryAnswer: { invalidatesTags: ['Queue'] },
    discardAnswer: { invalidatesTags: ['Queue'] },
    getInstanceSettings: { providesTags: ['InstanceSettings'], keepUnusedDataFor: 5 },
    changeInstanceSettings: { invalidatesTags: ['InstanceSettings', 'Instance'] },
    getInstance: { providesTags: ['Instance'] },
    examineInstance: { keepUnusedDataFor: 0 },
    listPanels: { providesTags: ['Panels'] },
    createPanel: { invalidatesTags: ['Panels'] },
    updatePanel: { invalidatesTags: ['Panels'] },
    deletePanel: { invalidatesTags: ['Panels'] },
    listPrompts: { providesTags: ['Prompts'] },
    createPrompt: { invalidatesTags: ['Prompts'] },
    changePrompt: { invalidatesTags: ['Prompts'] },
    deletePrompt: { invalidatesTags: ['Prompts'] },
    listShares: { providesTags: ['Shares'], keepUnusedDataFor: 0 },
    shareConversation: { invalidatesTags: ['Shares'] },
    revokeShare: { invalidatesTags: ['Shares'] },
    getShared: { keepUnusedDataFor: 0 },
    getUsage: { keepUnusedDataFor: 5 },
    getInstanceUsage: { keepUnusedDataFor: 5 },
    listOwnBudgets: { providesTags: ['Budgets'] },
    listBudgets: { providesTags: ['Budgets'] },
    createBudget: { invalidatesTags: ['Budgets'] },
    updateBudget: { invalidatesTags: ['Budgets'] },
    deleteBudget: { invalidatesTags: ['Budgets'] },
    getLeaderboard: { keepUnusedDataFor: 0 },
    listJudges: { providesTags: ['Judges'], keepUnusedDataFor: 0 },
    beginExam: { invalidatesTags: ['Judges'] },
  },
});

/** Every endpoint of the server, with the two endless lists (a thread, the sidebar) as infinite queries. */
export const api = tagged.injectEndpoints({
  endpoints: (build) => ({
    thread: build.infiniteQuery<MessagePage, string, string | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (last) => last.next_cursor ?? undefined,
      },
      query: ({ queryArg, pageParam }) => ({
        url: `/api/v1/conversations/${queryArg}/messages`,
        params: { limit: THREAD_PAGE, cursor: pageParam ?? undefined },
      }),
    }),
    conversationList: build.infiniteQuery<ConversationPage, { archived: boolean }, string | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (last) => last.next_cursor ?? undefined,
      },
      keepUnusedDataFor: 600,
      query: ({ queryArg, pageParam }) => ({
        url: '/api/v1/conversations',
        params: { archived: queryArg.archived, limit: LIST_PAGE, cursor: pageParam ?? undefined },
      }),
    }),
    uploadAttachment: build.mutation<Attachment, { name: string; image: Blob }>({
      query: ({ name, image }) => ({
        url: '/api/v1/attachments',
        method: 'POST',
        params: { name },
        headers: { 'Content-Type': 'application/octet-stream' },
        body: image,
      }),
    }),
    // Sent as a POST because it carries a text, but it changes nothing: a question, not a change.
    estimate: build.query<Estimate, EstimateRequest>({
      query: (body) => ({ url: '/api/v1/estimates', method: 'POST', body }),
      providesTags: ['Budgets'],
      keepUnusedDataFor: 5,
    }),
    auditLog: build.infiniteQuery<ListAuditApiResponse, AuditFilter, string | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (last) => last.next_cursor ?? undefined,
      },
      keepUnusedDataFor: 0,
      query: ({ queryArg, pageParam }) => ({
        url: '/api/v1/admin/audit',
        params: { ...queryArg, limit: LIST_PAGE, cursor: pageParam ?? undefined },
      }),
    }),
    queueItems: build.infiniteQuery<PageWorkItem, { standing: WorkStanding }, string | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (last) => last.next_cursor ?? undefined,
      },
      keepUnusedDataFor: 5,
      providesTags: ['Queue'],
      query: ({ queryArg, pageParam }) => ({
        url: '/api/v1/admin/queue/items',
        params: { standing: queryArg.standing, limit: LIST_PAGE, cursor: pageParam ?? undefined },
      }),
    }),
    deliveries: build.infiniteQuery<ListWebhookDeliveriesApiResponse, string, string | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (last) => last.next_cursor ?? undefined,
      },
      keepUnusedDataFor: 0,
      providesTags: (_r, _e, id) => [{ type: 'Deliveries', id }],
      query: ({ queryArg, pageParam }) => ({
        url: `/api/v1/webhooks/${queryArg}/deliveries`,
        params: { limit: 10, cursor: pageParam ?? undefined },
      }),
    }),
    answerText: build.query<Response, { id: string; attempt: number }>({
      query: ({ id }) => ({ url: `/api/v1/responses/${id}` }),
    }),
  }),
});

export const {
  useGetInstanceQuery,
  useGetSessionQuery,
  useRegisterMutation,
  useLoginMutation,
  useLogoutMutation,
  useGetAccountQuery,
  useChangeAccountMutation,
  useCloseAccountMutation,
  useKeepAccountMutation,
  useChangePasswordMutation,
  useResetPasswordMutation,
  useReadAccountLinkMutation,
  useListSessionsQuery,
  useEndSessionMutation,
  useEndOtherSessionsMutation,
  useListApiTokensQuery,
  useCreateApiTokenMutation,
  useDeleteApiTokenMutation,
  useListWebhooksQuery,
  useCreateWebhookMutation,
  useUpdateWebhookMutation,
  useDeleteWebhookMutation,
  useRestoreWebhookMutation,
  useRotateWebhookSecretMutation,
  useTestWebhookMutation,
  useDeliveriesInfiniteQuery,
  useRedriveWebhookDeliveryMutation,
  useListUsersQuery,
  useUpdateUserMutation,
  useCreateResetMutation,
  useCreateInviteMutation,
  useListAccountLinksQuery,
  useDeleteAccountLinkMutation,
  useAuditLogInfiniteQuery,
  useListServicesQuery,
  useCreateServiceMutation,
  useUpdateServiceMutation,
  useDeleteServiceMutation,
  useListServicePresetsQuery,
  useListApiKeysQuery,
  useCreateApiKeyMutation,
  useDeleteApiKeyMutation,
  useTestApiKeyMutation,
  useConversationListInfiniteQuery,
  useCreateConversationMutation,
  useGetConversationQuery,
  useUpdateConversationMutation,
  useDeleteConversationMutation,
  useRestoreConversationMutation,
  useSearchQuery,
  useGetContextQuery,
  useThreadInfiniteQuery,
  useSendMessageMutation,
  useUploadAttachmentMutation,
  useDeleteAttachmentMutation,
  useUpdateMessageMutation,
  usePruneMessageMutation,
  useRestoreMessageMutation,
  useAddResponseMutation,
  useAnswerTextQuery,
  useLazyAnswerTextQuery,
  useSelectResponseMutation,
  useDeselectResponseMutation,
  useDeleteResponseMutation,
  useRestoreResponseMutation,
  useRetryResponseMutation,
  useCancelResponseMutation,
  useCancelBatchMutation,
  useRetryFailedMutation,
  useRankBatchMutation,
  useMakeConsensusMutation,
  useListBallotsQuery,
  useEstimateConsensusQuery,
  useGetServiceHealthQuery,
  useTestServiceMutation,
  useFindModelsMutation,
  useListAllApiKeysQuery,
  useSetApiKeyMutation,
  useRevokeApiKeyMutation,
  useTestAnyApiKeyMutation,
  useGetQueueFiguresQuery,
  useQueueItemsInfiniteQuery,
  useRetryJobMutation,
  useDiscardJobMutation,
  useRetryAnswerMutation,
  useDiscardAnswerMutation,
  useGetInstanceSettingsQuery,
  useChangeInstanceSettingsMutation,
  useExamineInstanceQuery,
  useImportConversationMutation,
  useListPanelsQuery,
  useCreatePanelMutation,
  useUpdatePanelMutation,
  useDeletePanelMutation,
  useCreateBranchMutation,
  useListPromptsQuery,
  useCreatePromptMutation,
  useChangePromptMutation,
  useDeletePromptMutation,
  useListSharesQuery,
  useShareConversationMutation,
  useRevokeShareMutation,
  useGetSharedQuery,
  useGetUsageQuery,
  useGetInstanceUsageQuery,
  useEstimateQuery,
  useListOwnBudgetsQuery,
  useListBudgetsQuery,
  useCreateBudgetMutation,
  useUpdateBudgetMutation,
  useDeleteBudgetMutation,
  useGetLeaderboardQuery,
  useListJudgesQuery,
  useBeginExamMutation,
} = api;
