import { useTranslation } from 'react-i18next';
import { SectionFrame } from '@/components/ui/section-frame';
import { BringInCard } from './bring-in-card';
import { CloseAccountCard } from './close-account-card';
import { TakeOutCard } from './take-out-card';

/** What is the user's own: taking it out, bringing it in, and closing the account. */
export default function DataSection() {
  const { t } = useTranslation();
  return (
    <SectionFrame title={t('importing.section')} text={t('importing.exportText')}>
      <TakeOutCard />
      <BringInCard />
      <CloseAccountCard />
    </SectionFrame>
  );
}
