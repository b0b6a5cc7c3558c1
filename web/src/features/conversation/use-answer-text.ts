import { useAnswerTextQuery } from '@/app/api';
import { problemText } from '@/app/problem';
import { useAppSelector } from '@/app/store';
import type { Citation, Response } from '@/generated/api';
import { isRunning } from './turn-phase';

export interface AnswerTextState {
  text: string;
  /** What was thought before it. */
  thoughts: string;
  /** The sources named for it, once it is whole. */
  citations: Citation[];
  streaming: boolean;
  loading: boolean;
  problem: string | null;
  again(): void;
}

const NONE: Citation[] = [];

/** The text of an answer: what came in live if that is all of it, else read from the server. */
export function useAnswerText(response: Response, wanted: boolean): AnswerTextState {
  const live = useAppSelector((state) => state.texts[response.id]);
  const thought = useAppSelector((state) => state.thoughts[response.id]);
  const streaming = isRunning(response);
  const own = live?.attempt === response.attempt ? live.text : '';
  const whole = !streaming && own.length > 0 && own.length >= response.content_length;
  const query = useAnswerTextQuery(
    { id: response.id, attempt: response.attempt },
    {
      skip: !wanted || streaming || (whole && response.citation_count === 0),
    },
  );
  const stored = response.expanded_content ?? query.data?.expanded_content ?? '';
  return {
    text: streaming || whole ? own : stored || own,
    thoughts: thought?.attempt === response.attempt ? thought.text : (query.data?.thoughts ?? ''),
    citations: query.data?.citations ?? NONE,
    streaming,
    loading: query.isFetching && !query.data,
    problem: query.error ? problemText(query.error) : null,
    again: () => void query.refetch(),
  };
}
