import { ArrowLeftRight } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import type { Response } from '@/generated/api';
import type { Standing } from '@/text/likeness';

interface PairChoiceProps {
  answers: Response[];
  left: Response;
  right: Response;
  onPair(pair: [string, string]): void;
}

/** Which two answers; choosing one that is on the other side makes them change places. */
export function PairChoice({ answers, left, right, onPair }: PairChoiceProps) {
  const { t } = useTranslation();
  const swap = () => onPair([right.id, left.id]);
  return (
    <div className="flex min-w-0 flex-1 basis-full items-end gap-2 md:basis-0">
      <AnswerSelect
        label={t('compare.left')}
        answers={answers}
        value={left.id}
        onChange={(id) => (id === right.id ? swap() : onPair([id, right.id]))}
      />
      <IconButton
        label={t('compare.swap')}
        icon={<ArrowLeftRight aria-hidden className="size-4" />}
        onClick={swap}
      />
      <AnswerSelect
        label={t('compare.right')}
        answers={answers}
        value={right.id}
        onChange={(id) => (id === left.id ? swap() : onPair([left.id, id]))}
      />
    </div>
  );
}

interface AnswerSelectProps {
  label: string;
  answers: Response[];
  value: string;
  onChange(id: string): void;
}

function AnswerSelect({ label, answers, value, onChange }: AnswerSelectProps) {
  return (
    <label className="grid min-w-0 flex-1 gap-1 text-xs text-ink-soft">
      {label}
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-10 min-w-0 rounded-lg bg-canvas px-2 text-sm text-ink ring-1 ring-line-strong ring-inset"
      >
        {answers.map((answer) => (
          <option key={answer.id} value={answer.id}>
            {answer.rank == null ? answer.service_name : `#${answer.rank} ${answer.service_name}`}
          </option>
        ))}
      </select>
    </label>
  );
}

const CHOICES = ['unique', 'shared', 'unclear'] as const;

/** What is marked: what only one says, what both say, or nothing. */
export function MarkChoice({ value, onChange }: { value: Standing; onChange(value: Standing): void }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-1 text-xs text-ink-soft">
      <span id="compare-mark">{t('compare.mark')}</span>
      <RadioGroup.Root
        aria-labelledby="compare-mark"
        value={value}
        onValueChange={(next) => onChange(next as Standing)}
        className="flex flex-wrap gap-1 rounded-lg bg-sunken p-0.5"
      >
        {CHOICES.map((choice) => (
          <RadioGroup.Item
            key={choice}
            value={choice}
            className={cx(
              'tap rounded-md px-3 text-sm whitespace-nowrap text-ink-soft',
              'data-[state=checked]:bg-surface data-[state=checked]:font-medium data-[state=checked]:text-ink',
            )}
          >
            {t(`compare.${choice}`)}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
