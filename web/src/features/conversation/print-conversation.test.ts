import { expect, it, vi } from 'vitest';
import { printConversation } from './print-conversation';

it('reads all earlier turns before it prints, and prints what there is when that fails', async () => {
  const print = vi.spyOn(window, 'print').mockImplementation(() => {});
  const fetchNextPage = vi
    .fn()
    .mockResolvedValueOnce({ hasNextPage: true, isError: false })
    .mockResolvedValueOnce({ hasNextPage: true, isError: true });
  await printConversation({ hasNextPage: true, fetchNextPage });
  expect(fetchNextPage).toHaveBeenCalledTimes(2);
  await vi.waitFor(() => expect(print).toHaveBeenCalledOnce());
});
