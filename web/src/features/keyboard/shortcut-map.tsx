import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/dialog';

const command = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

/** All keys in one list; every one of them also has a visible control. */
export default function ShortcutMap({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const groups: { title: string; keys: [string[], string][] }[] = [
    {
      title: t('keys.answers'),
      keys: [
        [['1', '–', '8'], t('keys.focusCard')],
        [['e'], t('keys.expand')],
        [['s'], t('keys.select')],
        [['d'], t('keys.prune')],
        [['u'], t('keys.undo')],
        [['c'], t('keys.consensus')],
        [['r'], t('keys.retry')],
        [['.'], t('keys.stop')],
        [['Esc'], t('keys.close')],
      ],
    },
    {
      title: t('keys.writing'),
      keys: [
        [['/'], t('keys.composer')],
        [['Enter'], t('keys.send')],
        [['Shift', 'Enter'], t('keys.newline')],
        [[command, 'Enter'], t('keys.alwaysSend')],
      ],
    },
    {
      title: t('keys.moving'),
      keys: [
        [[command, 'K'], t('keys.palette')],
        [[command, 'Shift', 'O'], t('keys.newConversation')],
        [['[', ']'], t('keys.neighbours')],
        [['f'], t('keys.find')],
        [['?'], t('keys.map')],
      ],
    },
  ];
  return (
    <Dialog open onClose={onClose} title={t('keys.title')} description={t('keys.note')}>
      {/* Scrolled by key where the list is longer than the screen. */}
      <div tabIndex={0} role="group" aria-label={t('keys.title')} className="grid gap-6 p-5 outline-none">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 text-sm font-semibold text-ink-soft">{group.title}</h3>
            <dl className="grid gap-1.5">
              {group.keys.map(([keys, what]) => (
                <div key={what} className="flex items-center justify-between gap-4 text-sm">
                  <dt>{what}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <kbd
                        key={key}
                        className="rounded-md border border-line bg-sunken px-1.5 py-0.5 font-mono text-xs"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
