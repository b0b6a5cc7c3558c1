import { useTranslation } from 'react-i18next';
import { useGetInstanceQuery } from '@/app/api';
import { useSession } from '@/app/gate';
import { SectionFrame } from '@/components/ui/section-frame';
import { NameForm } from './name-form';

export default function ProfileSection() {
  const { t } = useTranslation();
  const user = useSession()?.user;
  const version = useGetInstanceQuery().data?.version;
  const rows: [string, string | undefined][] = [
    [t('account.email'), user?.email],
    [t('profile.role'), user ? t(`profile.${user.role}`) : undefined],
    [t('profile.version'), version],
  ];
  return (
    <SectionFrame title={t('settings.profile')}>
      <div className="grid gap-5 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset">
        {user && <NameForm name={user.name} />}
        <dl className="grid gap-3 text-sm">
          {rows.map(([label, value]) => (
            <div key={label} className="grid gap-0.5 sm:grid-cols-[10rem_1fr]">
              <dt className="text-ink-faint">{label}</dt>
              <dd className="break-words">{value ?? '–'}</dd>
            </div>
          ))}
        </dl>
      </div>
    </SectionFrame>
  );
}
