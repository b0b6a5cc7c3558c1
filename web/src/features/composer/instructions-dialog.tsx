import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetInstanceQuery } from '@/app/api';
import { formatNumber } from '@/app/format';
import { faultText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { TextArea } from '@/components/ui/field';
import type { ConversationSettings } from './use-conversation-settings';

/** What every service is told before the first question. */
export default function InstructionsDialog({
  settings,
  onClose,
}: {
  settings: ConversationSettings;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const limit = useGetInstanceQuery().data?.limits.system_prompt_chars ?? 8000;
  const [text, setText] = useState(settings.systemPrompt);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const length = [...text].length;

  const save = async () => {
    setBusy(true);
    try {
      await settings.change({ system_prompt: text });
      onClose();
    } catch (error) {
      setProblem(faultText(error));
    } finally {
      setBusy(false);
    }
  };
  const tooLong = length > limit ? t('instructions.tooLong', { limit: formatNumber(limit) }) : undefined;
  return (
    <Dialog open onClose={onClose} title={t('instructions.title')} description={t('instructions.hint')}>
      <div className="grid gap-4 p-5">
        <TextArea
          label={t('instructions.label')}
          rows={8}
          dir="auto"
          value={text}
          onChange={(event) => setText(event.target.value)}
          hint={t('composer.count', { length: formatNumber(length), limit: formatNumber(limit) })}
          error={tooLong ?? problem ?? undefined}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button look="primary" busy={busy} disabled={tooLong !== undefined} onClick={save}>
            {t('common.save')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
