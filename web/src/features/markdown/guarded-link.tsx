import { ExternalLink, ImageOff } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/components/ui/copy-button';

/** The host as the browser would contact it (internationalised names in their ASCII form). */
export function hostOf(address: string): string | null {
  try {
    const url = new URL(address);
    if (url.protocol === 'mailto:') return url.pathname;
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.host : null;
  } catch {
    return null;
  }
}

/** A link from a model. The first press shows where it goes; only the second one leaves. */
export function GuardedLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const host = href ? hostOf(href) : null;
  if (!href || !host) return <span>{children}</span>;
  return (
    <Destination href={href} host={host}>
      <button type="button" className="guarded-link" data-address={href}>
        {children}
      </button>
    </Destination>
  );
}

/** An image from a model. It is never loaded here; its address is shown instead. */
export function BlockedImage({ src, alt }: { src: string | undefined; alt: string | undefined }) {
  const { t } = useTranslation();
  const host = src ? hostOf(src) : null;
  const label = alt?.trim() || t('markdown.image');
  if (!src || !host) return <span className="blocked-image">{label}</span>;
  return (
    <Destination href={src} host={host}>
      <button type="button" className="blocked-image">
        <ImageOff aria-hidden className="size-4" />
        <span>{t('markdown.imageBlocked', { label })}</span>
      </button>
    </Destination>
  );
}

function Destination({ href, host, children }: { href: string; host: string; children: ReactNode }) {
  const { t } = useTranslation();
  const way = useRef<HTMLAnchorElement>(null);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('markdown.destination')}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            way.current?.focus();
          }}
          className="rise z-50 grid max-w-[min(26rem,calc(100vw-2rem))] gap-2 rounded-xl bg-raised p-3 text-sm text-ink shadow-card ring-1 ring-line"
        >
          <p className="text-ink-soft">{t('markdown.goesTo')}</p>
          <p className="font-mono font-semibold break-all" data-testid="link-host">
            {host}
          </p>
          <p
            // A long address is scrolled with the keyboard too.
            tabIndex={0}
            className="max-h-24 overflow-y-auto font-mono text-xs break-all text-ink-faint"
          >
            {href}
          </p>
          <div className="flex flex-wrap items-center gap-1">
            <a
              ref={way}
              href={href}
              target="_blank"
              rel="noopener noreferrer nofollow"
              className="tap inline-flex items-center gap-1.5 rounded-lg bg-accent px-3 py-1.5 font-medium text-on-accent hover:bg-accent-strong"
            >
              <ExternalLink aria-hidden className="size-4" />
              {t('markdown.open')}
            </a>
            <CopyButton label={t('markdown.copyAddress')} text={href} />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
