import { useTranslation } from 'react-i18next';
import { problemText } from '@/app/problem';
import { Button } from './button';
import { Notice } from './notice';

/** Says why something could not be loaded, and tries again. */
export function LoadProblem({
  error,
  retry,
}: {
  error: Parameters<typeof problemText>[0];
  retry: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Notice tone="bad" role="alert" action={<Button onClick={() => retry()}>{t('common.tryAgain')}</Button>}>
      {problemText(error)}
    </Notice>
  );
}
