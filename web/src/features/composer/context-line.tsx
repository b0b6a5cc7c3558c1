import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useGetContextQuery } from '@/app/api';
import { formatMoney, formatNumber } from '@/app/format';
import type { ContextPreview } from '@/generated/api';

/** The kept answers in one service's next prompt, per turn. */
function answersPerTurn(context: ContextPreview): number {
  const messages = context.services[0]?.messages ?? [];
  return messages.filter((message) => message.role === 'assistant').length;
}

/** What goes along with the next message, and the way to read it in full. */
export function ContextLine({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  const { data, error } = useGetContextQuery({ id: conversationId });
  if (!data && !error) return <p className="h-8 px-4 pb-2 text-xs text-ink-faint">{t('context.counting')}</p>;

  const open = () =>
    setParams((next) => {
      next.set('panel', 'preview');
      return next;
    });
  const tokens = Math.max(0, ...(data?.services.map((service) => service.input_tokens) ?? []));
  const cost = data?.services.reduce((sum, service) => sum + service.cost_micro_usd, 0) ?? 0;
  const dropped = Math.max(0, ...(data?.services.map((service) => service.dropped_turns) ?? []));
  return (
    <div
      className="flex items-center gap-2 mx-4 border-t border-line py-0.5 text-xs text-ink-faint"
      data-testid="context-line"
    >
      {data ? (
        <p className="min-w-0 flex-1 py-1">
          {t('context.line', {
            turns: t('context.turns', { count: data.turns }),
            answers: t('context.answers', { count: answersPerTurn(data) }),
            tokens: formatNumber(tokens),
          })}
          {cost > 0 && ` · ${t('context.cost', { cost: formatMoney(cost) })}`}
          {dropped > 0 && ` · ${t('context.dropped', { count: dropped })}`}
        </p>
      ) : (
        <p className="min-w-0 flex-1 py-1">{t('context.unknown')}</p>
      )}
      <button
        type="button"
        onClick={open}
        className="tap rounded-md px-2 text-accent hover:underline"
        data-testid="open-preview"
      >
        {t('context.open')}
      </button>
    </div>
  );
}
