import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Shown } from './shown';

export interface ReasoningProps {
  text: string;
  /** The model has not come to its answer yet. */
  thinking: boolean;
  /** For how long it has been thinking, where that is known. */
  seconds?: number;
}

/** What a model thought before it answered, folded; it scrolls by itself, so that the page stays where it is. */
export function Reasoning({ text, thinking, seconds }: ReasoningProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const label = !thinking
    ? t('markdown.reasoning')
    : seconds === undefined
      ? t('markdown.thinking')
      : t('markdown.thinkingFor', { seconds });
  return (
    <details
      className="mb-3 text-sm text-ink-soft"
      data-testid="model-reasoning"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="tap w-fit rounded-md font-medium tabular-nums">{label}</summary>
      {open && (
        <div
          role="region"
          aria-label={t('markdown.reasoning')}
          tabIndex={0}
          className="mt-1.5 max-h-80 overflow-y-auto border-s-2 border-line ps-3 [&_.answer]:text-sm"
        >
          <Shown text={text.trim()} streaming={thinking} />
        </div>
      )}
    </details>
  );
}
