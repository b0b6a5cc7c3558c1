import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeInstanceSettingsMutation } from '@/app/api';
import { formatNumber } from '@/app/format';
import { problemOf, problemText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Field, SelectField } from '@/components/ui/field';
import { Badge, Notice } from '@/components/ui/notice';
import type { InstanceSettings, SettingsReport } from '@/generated/api';
import { announce } from '@/live/announcer';

type Name = keyof InstanceSettings;
type Texts = Record<Name, string>;

/** The order on the page, and the values that can be chosen among. */
const groups: { name: 'people' | 'conversations' | 'limits' | 'deadlines' | 'load'; settings: Name[] }[] = [
  { name: 'people', settings: ['registration', 'closed_account_days'] },
  { name: 'conversations', settings: ['judging_policy', 'context_mode', 'deleted_kept_days'] },
  {
    name: 'limits',
    settings: [
      'message_chars',
      'title_chars',
      'system_prompt_chars',
      'services_per_message',
      'images_per_message',
      'image_kilobytes',
      'image_megabytes_per_user',
    ],
  },
  {
    name: 'deadlines',
    settings: ['first_token_seconds', 'content_idle_seconds', 'total_seconds', 'batch_seconds'],
  },
  { name: 'load', settings: ['calls_per_service', 'calls_per_user'] },
];
const choices = {
  registration: ['open', 'invite', 'off'],
  judging_policy: ['cascade', 'panel', 'local', 'off'],
  context_mode: ['shared', 'own_thread'],
} as const;

const isChoice = (name: Name): name is keyof typeof choices => name in choices;

function textsOf(settings: InstanceSettings): Texts {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])) as Texts;
}

/** What differs from what holds, with numbers as numbers. */
function changesOf(texts: Texts, holds: InstanceSettings): Partial<Record<Name, string | number>> {
  const before = textsOf(holds);
  const names = (Object.keys(texts) as Name[]).filter((name) => texts[name].trim() !== before[name]);
  return Object.fromEntries(
    names.map((name) => [name, isChoice(name) ? texts[name] : Number(texts[name].trim())]),
  );
}

export function SettingsForm({ report }: { report: SettingsReport }) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState(() => textsOf(report.settings));
  const [errors, setErrors] = useState<Partial<Texts>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [change, changing] = useChangeInstanceSettingsMutation();
  const changes = changesOf(texts, report.settings);
  const isChanged = Object.keys(changes).length > 0;

  /** A value as it is called on the page; numbers are their own name. */
  const shown = (name: Name, value: string) =>
    isChoice(name)
      ? t(`instanceSettings.choice.${name}.${value}` as 'instanceSettings.choice.registration.off')
      : value;

  const send = async (settingsChange: { set?: object; reset?: string[] }) => {
    setErrors({});
    setProblem(null);
    try {
      const now = await change({ settingsChange }).unwrap();
      setTexts(textsOf(now.settings));
      announce(t('instanceSettings.saved'));
    } catch (error) {
      const placed = (problemOf(error)?.errors ?? []).filter((entry) => entry.field in texts);
      setErrors(Object.fromEntries(placed.map((entry) => [entry.field, entry.message])));
      if (placed.length === 0) setProblem(problemText(error));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = (Object.keys(changes) as Name[]).filter(
      (name) => !isChoice(name) && !/^\d+$/.test(texts[name].trim()),
    );
    if (wrong.length > 0) {
      setErrors(Object.fromEntries(wrong.map((name) => [name, t('services.notANumber')])));
      return;
    }
    void send({ set: changes });
  };
  const field = (name: Name) => {
    const shared = {
      label: t(`instanceSettings.setting.${name}`),
      value: texts[name],
      error: errors[name],
      onChange: (event: { target: { value: string } }) => setTexts({ ...texts, [name]: event.target.value }),
    };
    const range = report.ranges.find((known) => known.name === name);
    if (isChoice(name)) {
      return (
        <SelectField {...shared}>
          {choices[name].map((value) => (
            <option key={value} value={value}>
              {shown(name, value)}
            </option>
          ))}
        </SelectField>
      );
    }
    return (
      <Field
        {...shared}
        inputMode="numeric"
        hint={
          range && t('instanceSettings.range', { min: formatNumber(range.min), max: formatNumber(range.max) })
        }
      />
    );
  };
  return (
    <form onSubmit={submit} noValidate aria-label={t('admin.sections.settings')} className="grid gap-6">
      {problem && (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {groups.map((group) => (
        <fieldset
          key={group.name}
          className="grid gap-4 rounded-xl bg-surface p-5 ring-1 ring-line ring-inset sm:grid-cols-2"
        >
          <legend className="float-start mb-1 w-full font-semibold sm:col-span-2">
            {t(`instanceSettings.group.${group.name}`)}
          </legend>
          {group.settings.map((name) => (
            <div key={name} className="grid content-start gap-1">
              {field(name)}
              {report.changed.includes(name) && (
                <p className="flex flex-wrap items-center gap-2 text-xs text-ink-faint">
                  <Badge tone="accent">{t('instanceSettings.changed')}</Badge>
                  <button
                    type="button"
                    className="tap text-accent underline underline-offset-2"
                    onClick={() => void send({ reset: [name] })}
                  >
                    {t('instanceSettings.reset', { value: shown(name, String(report.started[name])) })}
                  </button>
                </p>
              )}
            </div>
          ))}
        </fieldset>
      ))}
      <div className="sticky bottom-0 flex items-center gap-2 border-t border-line bg-canvas py-3">
        <Button type="submit" look="primary" busy={changing.isLoading} disabled={!isChanged}>
          {t('common.save')}
        </Button>
        {isChanged && (
          <Button look="quiet" onClick={() => setTexts(textsOf(report.settings))}>
            {t('common.cancel')}
          </Button>
        )}
        <span className="text-sm text-ink-faint">{t('instanceSettings.effective')}</span>
      </div>
    </form>
  );
}
