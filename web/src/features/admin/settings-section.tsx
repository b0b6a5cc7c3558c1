import { useTranslation } from 'react-i18next';
import { useGetInstanceSettingsQuery } from '@/app/api';
import { LoadProblem } from '@/components/ui/load-problem';
import { Skeleton } from '@/components/ui/notice';
import { SectionFrame } from '@/components/ui/section-frame';
import type { FixedSetting } from '@/generated/api';
import { SettingsForm } from './settings-form';

/** What can be changed while the instance runs, and what only a restart changes. */
export default function SettingsSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useGetInstanceSettingsQuery();
  return (
    <SectionFrame title={t('admin.sections.settings')} text={t('instanceSettings.text')}>
      {error && !data ? (
        <LoadProblem error={error} retry={refetch} />
      ) : !data ? (
        <Skeleton className="h-64" />
      ) : (
        <>
          <SettingsForm report={data} />
          <Fixed settings={data.fixed} />
        </>
      )}
    </SectionFrame>
  );
}

function Fixed({ settings }: { settings: FixedSetting[] }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-3">
      <h3 className="font-serif text-xl">{t('instanceSettings.fixed')}</h3>
      <p className="max-w-[64ch] text-sm text-ink-soft">{t('instanceSettings.fixedText')}</p>
      <div
        className="overflow-x-auto rounded-xl bg-surface ring-1 ring-line ring-inset"
        role="region"
        aria-label={t('instanceSettings.fixed')}
        tabIndex={0}
      >
        <table className="w-full text-sm">
          <thead className="text-ink-faint">
            <tr>
              <th className="px-4 py-2 text-start font-medium">{t('instanceSettings.name')}</th>
              <th className="px-4 py-2 text-start font-medium">{t('instanceSettings.value')}</th>
              <th className="px-4 py-2 text-start font-medium">{t('instanceSettings.source')}</th>
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => (
              <tr key={setting.name} className="border-t border-line">
                <td className="px-4 py-2 font-mono text-xs">{setting.name}</td>
                <td className="max-w-72 px-4 py-2 font-mono text-xs break-all">{setting.value}</td>
                <td className="px-4 py-2 whitespace-nowrap text-ink-soft">
                  {t(`instanceSettings.from.${setting.source}`, { defaultValue: setting.source })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
