import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Button } from '@/components/ui/button';

/** Shown when a screen could not be drawn, or its script could not be fetched after an update. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main className="grid h-full place-items-center p-6" role="alert">
      <div className="grid max-w-md justify-items-start gap-4">
        <h1 className="font-serif text-2xl">{t('routeError.title')}</h1>
        <p className="text-ink-soft">{t('routeError.text')}</p>
        <p className="font-mono text-xs break-all text-ink-faint">
          {error instanceof Error ? error.message : String(error)}
        </p>
        <Button look="primary" size="normal" onClick={() => window.location.reload()}>
          {t('routeError.reload')}
        </Button>
      </div>
    </main>
  );
}
