import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { runUndo, useUndoOffer } from '@/app/undo';
import { Button } from '@/components/ui/button';
import { useNow } from '@/components/ui/use-now';

/** Says what was removed and saved, and takes it back for ten seconds. */
export function PruneBar() {
  const { t } = useTranslation();
  const offer = useUndoOffer('composer');
  const now = useNow(500, offer !== null);
  if (!offer) return null;
  const left = Math.max(0, Math.ceil((offer.until - now) / 1000));
  return (
    <div
      data-testid="undo-bar"
      className="rise flex items-center gap-3 rounded-xl bg-ink px-4 py-2 text-sm text-canvas shadow-card"
    >
      <p className="min-w-0 flex-1">{offer.text}</p>
      <Button
        className="bg-canvas! text-ink! ring-0!"
        icon={<Undo2 aria-hidden className="size-4" />}
        onClick={() => runUndo(offer.id)}
        aria-keyshortcuts="u"
      >
        {t('common.undo')}
        <span aria-hidden className="w-4 text-end text-ink-faint tabular-nums">
          {left}
        </span>
      </Button>
    </div>
  );
}
