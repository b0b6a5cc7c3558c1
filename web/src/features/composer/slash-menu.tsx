import { useTranslation } from 'react-i18next';
import { cx } from '@/components/ui/class-names';
import type { SlashChoice } from './slash';

export const SLASH_LIST = 'slash-list';
export const slashOption = (at: number) => `slash-option-${at}`;

/** Prompts and commands over the composer; the textarea keeps the focus. */
export function SlashMenu(props: {
  choices: SlashChoice[];
  at: number;
  onChoose(choice: SlashChoice): void;
}) {
  const { t } = useTranslation();
  return (
    <div
      id={SLASH_LIST}
      role="listbox"
      aria-label={t('slash.label')}
      className="absolute inset-x-0 bottom-full z-30 mb-2 max-h-72 overflow-y-auto rounded-xl bg-raised p-1.5 shadow-card ring-1 ring-line"
    >
      {props.choices.map((choice, at) => (
        <div
          key={`${choice.kind}-${choice.name}`}
          id={slashOption(at)}
          role="option"
          tabIndex={-1}
          aria-selected={at === props.at}
          // Before the textarea loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            props.onChoose(choice);
          }}
          className={cx(
            'tap flex cursor-pointer items-center gap-3 rounded-md px-2.5 py-1.5 text-sm',
            at === props.at && 'bg-accent-soft',
          )}
        >
          <span className="font-mono">/{choice.name}</span>
          <span className="min-w-0 flex-1 truncate text-ink-soft">
            {choice.kind === 'prompt' ? choice.content : t(`slash.command.${choice.name}`)}
          </span>
        </div>
      ))}
    </div>
  );
}
