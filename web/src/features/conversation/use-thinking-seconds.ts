import { useNow } from '@/components/ui/use-now';
import type { Response } from '@/generated/api';

/** For how many seconds the service has been at work on an answer that it has not begun to write. */
export function useThinkingSeconds(response: Response, thinking: boolean): number | undefined {
  const now = useNow(1_000, thinking);
  if (!thinking || !response.started_at) return undefined;
  return Math.max(0, Math.floor((now - Date.parse(response.started_at)) / 1_000));
}
