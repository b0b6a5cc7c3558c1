import { Tooltip } from 'radix-ui';
import { type ReactNode, useState } from 'react';

export interface ExplainedProps {
  /** What the button is called; the explanation follows as its description. */
  label: string;
  explanation: ReactNode;
  children: ReactNode;
}

/** Something short that explains itself: on hover, on focus, and on a press. */
export function Explained({ label, explanation, children }: ExplainedProps) {
  const [open, setOpen] = useState(false);
  return (
    <Tooltip.Provider delayDuration={250}>
      <Tooltip.Root open={open} onOpenChange={setOpen}>
        <Tooltip.Trigger asChild>
          <button
            type="button"
            aria-label={label}
            // A press explains too, as a finger neither hovers nor focuses.
            onPointerDown={(event) => event.preventDefault()}
            onClick={(event) => {
              event.preventDefault();
              setOpen(true);
            }}
            className="tap inline-flex cursor-help items-start justify-end gap-2 rounded-md text-start"
          >
            {children}
          </button>
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            side="bottom"
            align="end"
            sideOffset={6}
            collisionPadding={12}
            data-testid="explanation"
            className="rise z-50 grid max-w-72 gap-1.5 rounded-xl bg-raised p-3 text-sm text-ink shadow-card ring-1 ring-line-strong ring-inset"
          >
            {explanation}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
