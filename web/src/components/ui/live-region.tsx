import { useAnnouncements } from '@/live/announcer';

/** The one place where screen readers are told of changes: each sentence is added, so each is heard. */
export function LiveRegion() {
  const announcements = useAnnouncements();
  return (
    <div className="sr-only" role="log" aria-live="polite" aria-relevant="additions" data-testid="announcer">
      {announcements.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
