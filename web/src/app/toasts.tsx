import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Toaster, toast } from 'sonner';
import { runUndo, useUndoOffer } from './undo';

/** Short notices at the corner, and the offer to undo what happened outside the open conversation. */
export function Toasts() {
  const { t } = useTranslation();
  const offer = useUndoOffer('toast');

  useEffect(() => {
    if (!offer) {
      toast.dismiss('undo');
      return;
    }
    toast(offer.text, {
      id: 'undo',
      duration: Math.max(0, offer.until - Date.now()),
      action: { label: t('common.undo'), onClick: () => runUndo(offer.id) },
    });
  }, [offer, t]);

  return (
    <Toaster
      position="bottom-left"
      containerAriaLabel={t('shell.notices')}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-center gap-3 rounded-xl bg-raised px-4 py-3 text-sm text-ink shadow-card ring-1 ring-line font-sans',
          content: 'min-w-0 flex-1',
          actionButton:
            'tap shrink-0 rounded-lg bg-accent-soft px-3 py-1.5 font-medium text-accent-strong hover:bg-accent hover:text-on-accent',
        },
      }}
    />
  );
}
