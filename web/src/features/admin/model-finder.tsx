import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFindModelsMutation } from '@/app/api';
import { faultText } from '@/app/problem';
import { Button } from '@/components/ui/button';
import { SelectField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { ServiceType } from '@/generated/api';
import type { ListedModel } from './shapes';

export interface ModelFinderProps {
  /** The address as it stands in the form. */
  address(): { service_type: ServiceType; base_url: string };
  onPick(model: ListedModel): void;
}

/** Asks the address for its models and offers them. */
export function ModelFinder({ address, onPick }: ModelFinderProps) {
  const { t } = useTranslation();
  const [find, finding] = useFindModelsMutation();
  const [models, setModels] = useState<ListedModel[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const run = async () => {
    setProblem(null);
    setModels(null);
    try {
      setModels((await find({ modelAddress: address() }).unwrap()).items);
    } catch (error) {
      setProblem(faultText(error));
    }
  };
  return (
    <div className="grid gap-3 sm:col-span-2" aria-live="polite">
      <div>
        <Button busy={finding.isLoading} onClick={run}>
          {t('adminServices.find')}
        </Button>
      </div>
      {problem && <Notice tone="warn">{t('adminServices.notFound', { reason: problem })}</Notice>}
      {models?.length === 0 && <Notice tone="info">{t('adminServices.noModels')}</Notice>}
      {models && models.length > 0 && (
        <SelectField
          label={t('adminServices.found', { count: models.length })}
          defaultValue=""
          onChange={(event) => {
            const picked = models.find((model) => model.model === event.target.value);
            if (picked) onPick(picked);
          }}
        >
          <option value="">{t('adminServices.choose')}</option>
          {models.map((model) => (
            <option key={model.model} value={model.model}>
              {model.model}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}
