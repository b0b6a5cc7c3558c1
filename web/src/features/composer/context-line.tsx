import type { ReactNode } from 'react';
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
export function ContextLine({ conversationId, empty }: { conversationId: string; empty: boolean }) {
  const { t } = useTranslation();
  const [, setParams] = useSearchParams();
  const { data, error } = useGetContextQuery({ id: conversationId }, { skip: empty });
  // Its place is kept from the first moment, so that the composer does not grow under the reader.
  if (empty || (!data && !error)) return <Line>{t(empty ? 'preview.empty' : 'context.counting')}</Line>;

  const open = () =>
    setParams((next) => {
      next.set('panel', 'preview');
      return next;
    });
  const tokens = Math.max(0, ...(data?.services.map((service) => service.input_tokens) ?? []));
  const cost = data?.services.reduce((sum, service) => sum + service.cost_micro_usd, 0) ?? 0;
  const dropped = Math.max(0, ...(data?.services.map((service) => service.dropped_turns) ?? []));
  return (
    <Line
      action={
        <button
          type="button"
          onClick={open}
          className="tap rounded-md px-2 text-accent hover:underline"
          data-testid="open-preview"
        >
          {t('context.open')}
        </button>
      }
    >
      {data ? (
        <>
          {t('context.line', {
            turns: t('context.turns', { count: data.turns }),
            answers: t('context.answers', { count: answersPerTurn(data) }),
            tokens: formatNumber(tokens),
          })}
          {cost > 0 && ` · ${t('context.cost', { cost: formatMoney(cost) })}`}
          {dropped > 0 && ` · ${t('context.dropped', { count: dropped })}`}
        </>
      ) : (
        t('context.unknown')
      )}
    </Line>
  );
}

function Line({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div
      className="mx-4 flex min-h-9 items-center gap-2 border-t border-line py-0.5 text-xs text-ink-faint max-sm:min-h-12"
      data-testid="context-line"
    >
      <p className="min-w-0 flex-1 py-1">{children}</p>
      {action}
    </div>
  );
}
