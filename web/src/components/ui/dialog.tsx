import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button';
import { cx } from './class-names';

const shapes = {
  center:
    'left-1/2 top-[8vh] max-h-[84vh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 rounded-2xl animate-[rise_160ms_ease-out]',
  left: 'inset-y-0 left-0 w-[min(20rem,86vw)] animate-[slide-in_180ms_ease-out]',
  full: 'inset-0 sm:inset-3 sm:mx-auto sm:max-w-[112rem] sm:rounded-2xl animate-[rise_160ms_ease-out]',
  right: 'inset-y-0 right-0 w-[min(34rem,100vw)] animate-[slide-over_180ms_ease-out]',
};

export interface DialogProps {
  open: boolean;
  onClose(): void;
  title: string;
  description?: string;
  shape?: keyof typeof shapes;
  /** Leaves out the visible heading; the title is still spoken. */
  bare?: boolean;
  children: ReactNode;
}

/** A modal dialog or a sheet from the side; focus goes in and comes back by itself. */
export function Dialog({ open, onClose, title, description, shape = 'center', bare, children }: DialogProps) {
  const { t } = useTranslation();
  const giveFocusBack = useFocusGivenBack(open);
  return (
    <Primitive.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-[fade_120ms] bg-scrim" />
        <Primitive.Content
          onOpenAutoFocus={(event) => {
            if (shape !== 'left') return;
            // A drawer of links: focus the drawer, not its search field, so that no keyboard pops up.
            event.preventDefault();
            (event.currentTarget as HTMLElement | null)?.focus();
          }}
          onCloseAutoFocus={giveFocusBack}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed z-50 flex flex-col bg-surface text-ink shadow-card outline-none',
            shapes[shape],
          )}
        >
          {bare ? (
            <Primitive.Title className="sr-only">{title}</Primitive.Title>
          ) : (
            <header className="flex items-start gap-3 border-b border-line px-5 py-3.5">
              <div className="min-w-0 flex-1">
                <Primitive.Title className="text-base font-semibold">{title}</Primitive.Title>
                {description && (
                  <Primitive.Description className="text-sm text-ink-faint">
                    {description}
                  </Primitive.Description>
                )}
              </div>
              <IconButton
                label={t('common.close')}
                icon={<X className="size-4" aria-hidden />}
                onClick={onClose}
              />
            </header>
          )}
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Dialogs have no trigger of their own: what had the focus before gets it back, unless it has gone elsewhere. */
function useFocusGivenBack(open: boolean): (event: Event) => void {
  const [wasOpen, setWasOpen] = useState(false);
  const [opener, setOpener] = useState<Element | null>(null);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOpener(document.activeElement);
  }
  return (event) => {
    event.preventDefault();
    if (document.activeElement !== document.body) return;
    if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
  };
}
