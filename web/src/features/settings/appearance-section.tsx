import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '@/app/theme';
import { SectionFrame } from '@/components/ui/section-frame';
import { chooseLanguage, type Language } from '@/i18n';

/** Theme and language; both stay in this browser. */
export default function AppearanceSection() {
  const { t, i18n } = useTranslation();
  const theme = useThemeChoice();
  return (
    <SectionFrame title={t('settings.appearance')} text={t('appearance.text')}>
      <Choice<ThemeChoice>
        heading={t('appearance.theme')}
        value={theme}
        onChoose={chooseTheme}
        choices={[
          ['system', t('appearance.system')],
          ['light', t('appearance.light')],
          ['dark', t('appearance.dark')],
        ]}
      />
      <Choice<Language>
        heading={t('appearance.language')}
        value={i18n.resolvedLanguage === 'de' ? 'de' : 'en'}
        onChoose={(language) => void chooseLanguage(language)}
        choices={[
          ['en', 'English'],
          ['de', 'Deutsch'],
        ]}
      />
    </SectionFrame>
  );
}

function Choice<T extends string>(props: {
  heading: string;
  value: T;
  choices: [T, string][];
  onChoose(value: T): void;
}) {
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-semibold">{props.heading}</h3>
      <RadioGroup.Root
        aria-label={props.heading}
        value={props.value}
        onValueChange={(value) => props.onChoose(value as T)}
        className="flex flex-wrap gap-2"
      >
        {props.choices.map(([value, label]) => (
          <RadioGroup.Item
            key={value}
            value={value}
            className="tap flex items-center gap-2.5 rounded-lg bg-surface px-4 py-2 text-sm ring-1 ring-line ring-inset hover:ring-line-strong data-[state=checked]:bg-accent-soft data-[state=checked]:ring-2 data-[state=checked]:ring-accent"
          >
            <span
              aria-hidden
              className="grid size-4 place-items-center rounded-full border border-line-strong"
            >
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            {label}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
