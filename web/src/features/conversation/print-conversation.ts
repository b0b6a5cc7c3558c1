/** What printing needs of an open thread. */
export interface PrintableThread {
  hasNextPage: boolean;
  fetchNextPage(): PromiseLike<{ hasNextPage: boolean; isError: boolean }>;
}

/** Reads the earlier turns first, so that the whole conversation is on paper. */
export async function printConversation({ hasNextPage, fetchNextPage }: PrintableThread): Promise<void> {
  let more = hasNextPage;
  while (more) {
    const page = await fetchNextPage();
    more = page.hasNextPage && !page.isError;
  }
  requestAnimationFrame(() => window.print());
}
