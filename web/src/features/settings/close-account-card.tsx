import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGetAccountQuery } from '@/app/api';
import { Button } from '@/components/ui/button';
import { DataCard } from '@/components/ui/data-card';
import { Notice } from '@/components/ui/notice';
import { CloseAccountDialog } from './close-account-dialog';

/** Where the account is closed, or why it cannot be. */
export function CloseAccountCard() {
  const { t } = useTranslation();
  const account = useGetAccountQuery().data;
  const [open, setOpen] = useState(false);
  if (!account) return null;
  const days = account.closed_account_days;
  const text = days > 0 ? t('closing.text', { count: days }) : t('closing.textAtOnce');
  return (
    <DataCard title={t('closing.title')} text={text}>
      {account.is_last_admin ? (
        <Notice tone="warn">
          <p>{t('closing.lastAdmin')}</p>
          <Link to="/admin/people" className="tap mt-1 inline-block text-accent underline underline-offset-2">
            {t('closing.people')}
          </Link>
        </Notice>
      ) : (
        <div>
          <Button look="danger" onClick={() => setOpen(true)}>
            {t('closing.open')}
          </Button>
        </div>
      )}
      <CloseAccountDialog open={open} onClose={() => setOpen(false)} account={account} />
    </DataCard>
  );
}
