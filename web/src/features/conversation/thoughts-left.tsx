import { Reasoning } from '@/features/markdown/reasoning';
import type { Response } from '@/generated/api';
import { useAnswerText } from './use-answer-text';

/** What a model had thought when it failed or was stopped before its first word. */
export function ThoughtsLeft({ response }: { response: Response }) {
  const { thoughts } = useAnswerText(response, response.content_length === 0);
  if (response.content_length > 0 || !thoughts) return null;
  return <Reasoning text={thoughts} thinking={false} />;
}
