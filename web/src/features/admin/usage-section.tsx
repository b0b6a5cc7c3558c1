import { useTranslation } from 'react-i18next';
import { SectionFrame } from '@/components/ui/section-frame';
import { UsageReport } from '@/components/usage/usage-report';

/** What everybody's calls came to. */
export default function UsageSection() {
  const { t } = useTranslation();
  return (
    <SectionFrame title={t('admin.sections.usage')} text={t('usage.textAll')}>
      <UsageReport all />
    </SectionFrame>
  );
}
