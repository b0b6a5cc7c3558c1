import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetContextQuery } from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import { ImageStrip } from '@/components/images/image-strip';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Dialog } from '@/components/ui/dialog';
import { LoadProblem } from '@/components/ui/load-problem';
import { Badge, Notice, Skeleton } from '@/components/ui/notice';
import type { PromptMessage, ServiceContext } from '@/generated/api';
import { LeftOut } from './left-out';
import { useLeaveOut } from './use-leave-out';

/** The exact messages of the next prompt, per service. */
export default function PreviewDrawer({
  conversationId,
  onClose,
}: {
  conversationId: string;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = useGetContextQuery(
    { id: conversationId },
    { refetchOnMountOrArgChange: true },
  );
  const choice = useLeaveOut(conversationId);
  const [chosen, setChosen] = useState<string | null>(null);
  const service = data?.services.find((entry) => entry.service_id === chosen) ?? data?.services[0];
  return (
    <Dialog
      open
      onClose={onClose}
      shape="right"
      title={t('preview.title')}
      description={
        data ? t(data.context_mode === 'shared' ? 'preview.shared' : 'preview.ownThread') : undefined
      }
    >
      <div className="grid grid-cols-1 gap-4 p-5" data-testid="preview">
        {error && !data ? (
          <LoadProblem error={error} retry={refetch} />
        ) : !data ? (
          <div className="grid gap-3" role="status">
            <span className="sr-only">{t('common.loading')}</span>
            <Skeleton className="h-8" />
            <Skeleton className="h-28" />
            <Skeleton className="h-28" />
          </div>
        ) : (
          <>
            <div role="tablist" aria-label={t('preview.services')} className="flex flex-wrap gap-1.5">
              {data.services.map((entry) => (
                <button
                  key={entry.service_id}
                  type="button"
                  role="tab"
                  aria-selected={entry === service}
                  aria-controls="preview-messages"
                  onClick={() => setChosen(entry.service_id)}
                  className={cx(
                    'tap rounded-lg px-3 py-1 text-sm font-medium ring-1 ring-inset',
                    entry === service
                      ? 'bg-accent-soft text-accent-strong ring-accent'
                      : 'ring-line hover:bg-sunken',
                  )}
                >
                  {entry.service_name}
                </button>
              ))}
            </div>
            {service && (
              <ServicePrompt service={service} leaveOut={(id) => void choice.setExcluded(id, true)} />
            )}
            <LeftOut {...choice} />
          </>
        )}
      </div>
    </Dialog>
  );
}

interface ServicePromptProps {
  service: ServiceContext;
  leaveOut(messageId: string): void;
}

function ServicePrompt({ service, leaveOut }: ServicePromptProps) {
  const { t } = useTranslation();
  return (
    <div
      id="preview-messages"
      role="tabpanel"
      aria-label={service.service_name}
      className="grid grid-cols-1 gap-3"
    >
      <p className="text-sm text-ink-soft empty:hidden">
        {service.messages.length > 0 &&
          t('preview.figures', {
            tokens: formatNumber(service.input_tokens),
            cost: formatMoney(service.cost_micro_usd),
          })}
      </p>
      {service.dropped_turns > 0 && (
        <Notice tone="warn">{t('preview.dropped', { count: service.dropped_turns })}</Notice>
      )}
      {service.images_left_out > 0 && (
        <Notice tone="info">
          {t(service.vision ? 'preview.imagesTooMany' : 'preview.imagesUnseen', {
            count: service.images_left_out,
          })}
        </Notice>
      )}
      {service.messages.length === 0 && <p className="text-sm text-ink-faint">{t('preview.empty')}</p>}
      <ol className="grid grid-cols-1 gap-2.5">
        {service.messages.map((message, index) => (
          <PromptEntry key={index} message={message} leaveOut={leaveOut} />
        ))}
      </ol>
      <p className="text-sm text-ink-faint">{t('preview.thenYours')}</p>
    </div>
  );
}

interface PromptEntryProps {
  message: PromptMessage;
  leaveOut(messageId: string): void;
}

function PromptEntry({ message, leaveOut }: PromptEntryProps) {
  const { t } = useTranslation();
  const { message_id: id } = message;
  return (
    <li className="rounded-xl bg-sunken px-4 py-3 text-sm">
      <p className="mb-1 flex items-center gap-2 text-xs font-medium text-ink-soft">
        {t(`preview.role.${message.role}`)}
        {message.kept === 'selected' && <Badge tone="accent">{t('preview.selected')}</Badge>}
        {message.kept === 'consensus' && <Badge tone="accent">{t('preview.consensus')}</Badge>}
        {message.kept === 'by_default' && <Badge>{t('preview.byDefault')}</Badge>}
        {message.role === 'user' && id && (
          <Button
            look="quiet"
            className="-my-1 ms-auto -me-2 text-xs"
            icon={<EyeOff aria-hidden className="size-3.5" />}
            onClick={() => leaveOut(id)}
          >
            {t('preview.leaveOut')}
          </Button>
        )}
      </p>
      <p dir="auto" className="max-h-64 overflow-y-auto break-words whitespace-pre-wrap" tabIndex={0}>
        {message.content}
      </p>
      {message.attachments.length > 0 && (
        <div className="mt-2">
          <ImageStrip images={message.attachments} small />
        </div>
      )}
    </li>
  );
}
