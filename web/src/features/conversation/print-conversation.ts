/** What printing needs of an open thread. */
export interface PrintableThread {
  hasNextPage: boolean;
  fetchNextPage(): PromiseLike<{ hasNextPage: boolean; isError: boolean }>;
}

/** How long answers may take to be read before what there is goes to paper. */
const PATIENCE = 15_000;
const LOOK_AGAIN = 100;

/** Reads the earlier turns and every answer that stands open, so that the whole conversation is on paper. */
export async function printConversation({ hasNextPage, fetchNextPage }: PrintableThread): Promise<void> {
  let more = hasNextPage;
  while (more) {
    const page = await fetchNextPage();
    more = page.hasNextPage && !page.isError;
  }
  await drawn();
  // Turns far outside of the view are drawn when the browser says that it prints; their texts come after.
  window.dispatchEvent(new Event('beforeprint'));
  const until = Date.now() + PATIENCE;
  while (document.querySelector('article .skeleton') && Date.now() < until) await later(LOOK_AGAIN);
  await drawn();
  window.print();
}

const later = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
