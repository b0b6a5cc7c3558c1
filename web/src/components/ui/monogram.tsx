import { cx } from './class-names';

/** A stable voice colour per service, so that it can be followed from card to ballot. */
function voiceOf(serviceId: string): number {
  let hash = 0;
  for (const unit of serviceId) hash = (hash * 31 + (unit.codePointAt(0) ?? 0)) >>> 0;
  return (hash % 8) + 1;
}

export interface MonogramProps {
  serviceId: string;
  name: string;
  /** Overrides the colour derived from the id; neighbours in one turn use their position. */
  voice?: number;
  size?: 'small' | 'normal';
}

export function Monogram({ serviceId, name, voice, size = 'normal' }: MonogramProps) {
  const index = voice === undefined ? voiceOf(serviceId) : (voice % 8) + 1;
  return (
    <span
      aria-hidden
      style={{ color: `var(--voice-${index})` }}
      className={cx(
        'relative grid shrink-0 place-items-center overflow-hidden rounded-lg font-serif font-semibold',
        size === 'small' ? 'size-5 text-xs' : 'size-8 text-base',
      )}
    >
      <span className="absolute inset-0 bg-current opacity-12" />
      {initial(name)}
    </span>
  );
}

function initial(name: string): string {
  const words = name.replace(/^demo[\s-]+/i, '').trim();
  return (words[0] ?? '?').toUpperCase();
}
