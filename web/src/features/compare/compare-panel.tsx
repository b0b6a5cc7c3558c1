import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswerTextQuery, useThreadInfiniteQuery } from '@/app/api';
import { Dialog } from '@/components/ui/dialog';
import type { Citation, Response } from '@/generated/api';
import { findBatch } from '@/live/thread-cache';
import type { Standing } from '@/text/likeness';
import { MarkChoice, PairChoice } from './compare-choices';
import { ComparedAnswer } from './compared-answer';
import { type Comparison, compare, tellingMark } from './comparison';

export interface ComparePanelProps {
  conversationId: string;
  batchId: string;
  /** The two answers, by id. */
  pair: string[];
  onPair(pair: [string, string]): void;
  onClose(): void;
}

/** The answers of a batch that can be read, best first. */
function readable(responses: Response[]): Response[] {
  return responses
    .filter((response) => !response.deleted && response.content_length > 0)
    .sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99) || a.position - b.position);
}

interface Read {
  text: string | null;
  citations: Citation[];
}

function useAnswer(response: Response | undefined): Read {
  const query = useAnswerTextQuery(
    { id: response?.id ?? '', attempt: response?.attempt ?? 0 },
    { skip: !response },
  );
  return { text: query.currentData?.expanded_content ?? null, citations: query.currentData?.citations ?? [] };
}

function useComparison(left: string | null, right: string | null): [Comparison | null, Comparison | null] {
  return useMemo(
    () => (left === null || right === null ? [null, null] : [compare(left, right), compare(right, left)]),
    [left, right],
  );
}

/** Two answers beside each other, with what both or only one of them says marked. */
export default function ComparePanel({ conversationId, batchId, pair, onPair, onClose }: ComparePanelProps) {
  const { t } = useTranslation();
  const thread = useThreadInfiniteQuery(conversationId);
  const answers = useMemo(
    () => readable((thread.data && findBatch(thread.data, batchId)?.responses) ?? []),
    [thread.data, batchId],
  );
  const left = answers.find((answer) => answer.id === pair[0]) ?? answers[0];
  const others = answers.filter((answer) => answer !== left);
  const right = others.find((answer) => answer.id === pair[1]) ?? others[0];
  const [leftRead, rightRead] = [useAnswer(left), useAnswer(right)];
  const [one, other] = useComparison(leftRead.text, rightRead.text);
  const [chosen, setChosen] = useState<Standing | null>(null);
  const mark = chosen ?? (one && other ? tellingMark(one, other) : 'unique');
  const [side, setSide] = useState<'left' | 'right'>('left');
  const sides = [
    { name: 'left', response: left, read: leftRead, compared: one },
    { name: 'right', response: right, read: rightRead, compared: other },
  ] as const;

  return (
    <Dialog
      open
      onClose={onClose}
      shape="full"
      title={t('compare.title')}
      description={t('compare.explained')}
    >
      <div className="flex h-full flex-col" data-testid="compare">
        <div className="flex flex-wrap items-end gap-x-6 gap-y-3 border-b border-line px-5 py-3">
          {left && right && <PairChoice answers={answers} left={left} right={right} onPair={onPair} />}
          <MarkChoice value={mark} onChange={setChosen} />
        </div>
        <div className="flex gap-1 border-b border-line px-3 md:hidden" role="tablist">
          {sides.map(({ name, response }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`compare-tab-${name}`}
              aria-selected={side === name}
              aria-controls={`compare-${name}`}
              onClick={() => setSide(name)}
              className="tap min-w-0 flex-1 truncate border-b-2 border-transparent px-3 text-sm aria-selected:border-accent aria-selected:font-semibold"
            >
              {response?.service_name}
            </button>
          ))}
        </div>
        <div className="grid min-h-0 flex-1 md:grid-cols-2">
          {sides.map(
            ({ name, response, read, compared }) =>
              response && (
                <ComparedAnswer
                  key={name}
                  id={`compare-${name}`}
                  response={response}
                  text={read.text}
                  citations={read.citations}
                  compared={compared}
                  mark={mark}
                  hiddenOnPhone={side !== name}
                />
              ),
          )}
        </div>
      </div>
    </Dialog>
  );
}
