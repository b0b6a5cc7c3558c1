import { Eye } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/button';
import type { LeaveOut } from './use-leave-out';

/** The turns that do not go along, and the way to take them along again. */
export function LeftOut({ leftOut, setExcluded }: LeaveOut) {
  const { t } = useTranslation();
  const id = useId();
  if (leftOut.length === 0) return null;
  return (
    <section aria-labelledby={id} data-testid="left-out" className="grid grid-cols-1 gap-2.5">
      <h3 id={id} className="text-sm font-semibold">
        {t('preview.leftOut')}
      </h3>
      <ul className="grid grid-cols-1 gap-2.5">
        {leftOut.map((message) => (
          <li
            key={message.id}
            className="flex items-center gap-3 rounded-xl px-4 py-2 text-sm text-ink-soft ring-1 ring-line ring-inset"
          >
            <span dir="auto" className="line-clamp-2 min-w-0 flex-1 break-words">
              {message.content}
            </span>
            <Button
              icon={<Eye aria-hidden className="size-4" />}
              onClick={() => void setExcluded(message.id, false)}
            >
              {t('preview.takeAlong')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
