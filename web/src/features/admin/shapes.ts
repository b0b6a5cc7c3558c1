import type { ItemsListedModel, ItemsOwnedApiKey, ItemsServiceHealth, PageWorkItem } from '@/generated/api';

/** The items of lists, which the description of the API has no names of their own for. */
export type ListedModel = ItemsListedModel['items'][number];
export type OwnedApiKey = ItemsOwnedApiKey['items'][number];
export type ServiceHealthReport = ItemsServiceHealth['items'][number];
export type WorkItem = PageWorkItem['items'][number];
