import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useListSharesQuery, useRevokeShareMutation, useShareConversationMutation } from '@/app/api';
import { problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Field, SelectField } from '@/components/ui/field';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import { RelativeTime } from '@/components/ui/relative-time';
import { announce } from '@/live/announcer';

/** Links under which a conversation can be read as it was, and taking them back. */
export default function ShareDialog({
  conversationId,
  onClose,
}: {
  conversationId: string;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = useListSharesQuery({ id: conversationId });
  const [share, sharing] = useShareConversationMutation();
  const [revoke] = useRevokeShareMutation();
  const [answers, setAnswers] = useState<'all' | 'kept'>('all');
  const [made, setMade] = useState<{ id: string; link: string } | null>(null);

  const make = async () => {
    try {
      const { share: taken, token } = await share({ id: conversationId, shareDraft: { answers } }).unwrap();
      setMade({ id: taken.id, link: `${window.location.origin}/shared/${token}` });
    } catch (why) {
      toast.error(problemText(why));
    }
  };
  const takeBack = async (id: string) => {
    try {
      await revoke({ id }).unwrap();
      if (made?.id === id) setMade(null);
      announce(t('share.revoked'));
    } catch (why) {
      toast.error(problemText(why));
    }
  };
  return (
    <Dialog open onClose={onClose} title={t('share.title')} description={t('share.text')}>
      <div className="grid gap-5 p-5" data-testid="share">
        <div className="grid gap-3">
          <SelectField
            label={t('share.answers')}
            value={answers}
            onChange={(event) => setAnswers(event.target.value === 'kept' ? 'kept' : 'all')}
          >
            <option value="all">{t('share.all')}</option>
            <option value="kept">{t('share.kept')}</option>
          </SelectField>
          <div>
            <Button look="primary" busy={sharing.isLoading} onClick={make}>
              {t('share.make')}
            </Button>
          </div>
        </div>
        {made && (
          <div className="grid gap-2">
            <Field
              label={t('share.link')}
              hint={t('share.once')}
              readOnly
              value={made.link}
              onFocus={(event) => event.target.select()}
            />
            <div>
              <CopyButton label={t('share.copy')} text={made.link} />
            </div>
          </div>
        )}
        <div className="grid gap-2">
          <h3 className="text-sm font-medium text-ink-soft">{t('share.inForce')}</h3>
          {error && !data ? (
            <LoadProblem error={error} retry={refetch} />
          ) : !data ? (
            <Skeleton className="h-10" />
          ) : data.items.length === 0 ? (
            <p className="text-sm text-ink-faint">{t('share.none')}</p>
          ) : (
            <ul className="grid gap-2">
              {data.items.map((link) => (
                <li key={link.id} className="flex items-center gap-3 text-sm" data-testid="share-link">
                  <span className="flex-1">
                    {t('share.taken')} <RelativeTime at={link.created_at} />
                  </span>
                  <Button look="danger" onClick={() => takeBack(link.id)}>
                    {t('share.revoke')}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </Dialog>
  );
}
