import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import {
  useDiscardAnswerMutation,
  useDiscardJobMutation,
  useRetryAnswerMutation,
  useRetryJobMutation,
  type WorkStanding,
} from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { announce } from '@/live/announcer';
import type { WorkItem } from './shapes';

/** One piece of work, without what it says; given-up work can be started again or let go. */
export function QueueItem({ item, standing }: { item: WorkItem; standing: WorkStanding }) {
  const { t } = useTranslation();
  const isAnswer = item.kind === 'answer';
  const [retryAnswer, retryingAnswer] = useRetryAnswerMutation();
  const [retryJob, retryingJob] = useRetryJobMutation();
  const [discardAnswer, discardingAnswer] = useDiscardAnswerMutation();
  const [discardJob, discardingJob] = useDiscardJobMutation();
  const run = async (act: typeof retryAnswer | typeof retryJob, said: string) => {
    try {
      await act({ id: item.id }).unwrap();
      announce(said);
    } catch (error) {
      toast.error(problemText(error));
    }
  };
  return (
    <li
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl bg-surface px-4 py-3 text-sm ring-1 ring-line ring-inset"
      data-testid="queue-item"
    >
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">
          {t(`queue.kind.${item.kind}`, { defaultValue: item.kind })}
          {item.service_name && <span className="font-normal text-ink-soft"> · {item.service_name}</span>}
          {item.user_name && <span className="font-normal text-ink-soft"> · {item.user_name}</span>}
        </p>
        <p className="text-xs break-words text-ink-faint">
          <RelativeTime at={item.due_at} /> · {t('queue.attempts', { count: item.attempt })}
          {item.crash_count > 0 && ` · ${t('queue.crashes', { count: item.crash_count })}`}
          {item.worker && <span className="font-mono"> · {item.worker.slice(0, 20)}</span>}
        </p>
        {item.reason && (
          <p className="mt-0.5 text-xs break-words text-bad">
            {t(`queue.reason.${item.reason}`, { defaultValue: item.reason })}
          </p>
        )}
      </div>
      <div className="flex gap-2">
        {standing === 'set_aside' && (
          <Button
            busy={retryingAnswer.isLoading || retryingJob.isLoading}
            onClick={() => run(isAnswer ? retryAnswer : retryJob, t('queue.restarted'))}
          >
            {t('card.retry')}
          </Button>
        )}
        {(isAnswer || standing === 'set_aside') && (
          <Button
            look="danger"
            busy={discardingAnswer.isLoading || discardingJob.isLoading}
            onClick={() => run(isAnswer ? discardAnswer : discardJob, t('queue.discarded'))}
          >
            {t('queue.discard')}
          </Button>
        )}
      </div>
    </li>
  );
}
