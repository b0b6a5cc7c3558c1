import { useAnnouncement } from '@/live/announcer';

/** The one place where screen readers are told of changes; two regions, so that a repeat is heard. */
export function LiveRegion() {
  const { id, text } = useAnnouncement();
  return (
    <div className="sr-only">
      <div aria-live="polite" role="status" data-testid="announcer">
        {id % 2 === 0 ? text : ''}
      </div>
      <div aria-live="polite">{id % 2 === 1 ? text : ''}</div>
    </div>
  );
}
