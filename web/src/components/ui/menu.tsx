import { Check } from 'lucide-react';
import { DropdownMenu as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './class-names';

const item =
  'tap flex w-full cursor-pointer select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none ' +
  'data-highlighted:bg-sunken data-disabled:cursor-not-allowed data-disabled:opacity-50';

export interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
  label?: string;
}

export function Menu({ trigger, children, side = 'bottom', align = 'end', label }: MenuProps) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          onCloseAutoFocus={(event) => {
            // What was chosen may have moved the reader to a field; they stay there.
            if (document.activeElement?.matches('textarea, input')) event.preventDefault();
          }}
          className="rise z-50 max-h-[70vh] min-w-52 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-xl bg-raised p-1.5 text-ink shadow-card ring-1 ring-line"
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export interface MenuItemProps {
  icon?: ReactNode;
  onSelect(): void;
  children: ReactNode;
  danger?: boolean;
  disabled?: boolean;
}

export function MenuItem({ icon, onSelect, children, danger, disabled }: MenuItemProps) {
  return (
    <Primitive.Item disabled={disabled} onSelect={onSelect} className={cx(item, danger && 'text-bad')}>
      <span className="grid size-4 place-items-center text-ink-faint">{icon}</span>
      {children}
    </Primitive.Item>
  );
}

export function MenuSeparator() {
  return <Primitive.Separator className="my-1 h-px bg-line" />;
}

/** A sentence between entries. */
export function MenuNote({ children }: { children: ReactNode }) {
  return <p className="max-w-80 px-2.5 py-1.5 text-sm text-ink-faint">{children}</p>;
}

export interface MenuChoice<T extends string> {
  value: T;
  label: string;
  hint: string;
  /** Leaves the menu open, for what comes with the choice. */
  stays?: boolean;
}

export function MenuChoices<T extends string>(props: {
  heading: string;
  value: T;
  choices: MenuChoice<T>[];
  onChoose(value: T): void;
}) {
  return (
    <Primitive.RadioGroup value={props.value} onValueChange={(value) => props.onChoose(value as T)}>
      <Primitive.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-faint">
        {props.heading}
      </Primitive.Label>
      {props.choices.map((choice) => (
        <Primitive.RadioItem
          key={choice.value}
          value={choice.value}
          onSelect={(event) => choice.stays && event.preventDefault()}
          className={cx(item, 'max-w-80 items-start')}
        >
          <span className="mt-0.5 grid size-4 shrink-0 place-items-center">
            <Primitive.ItemIndicator>
              <Check className="size-4 text-accent" aria-hidden />
            </Primitive.ItemIndicator>
          </span>
          <span>
            <span className="block font-medium">{choice.label}</span>
            <span className="block text-ink-faint">{choice.hint}</span>
          </span>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

export function MenuChecks(props: {
  heading: string;
  items: { id: string; label: ReactNode; checked: boolean; disabled?: boolean }[];
  onToggle(id: string): void;
}) {
  return (
    <Primitive.Group>
      <Primitive.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-faint">
        {props.heading}
      </Primitive.Label>
      {props.items.map((entry) => (
        <Primitive.CheckboxItem
          key={entry.id}
          checked={entry.checked}
          disabled={entry.disabled}
          onSelect={(event) => event.preventDefault()}
          onCheckedChange={() => props.onToggle(entry.id)}
          className={cx(item)}
        >
          <span className="grid size-4 shrink-0 place-items-center rounded border border-line-strong">
            <Primitive.ItemIndicator>
              <Check className="size-3.5 text-accent" aria-hidden />
            </Primitive.ItemIndicator>
          </span>
          {entry.label}
        </Primitive.CheckboxItem>
      ))}
    </Primitive.Group>
  );
}
