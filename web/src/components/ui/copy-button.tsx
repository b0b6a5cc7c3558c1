import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/app/clipboard';
import { announce } from '@/live/announcer';
import { Button } from './button';

export interface CopyButtonProps {
  label: string;
  text: string | (() => Promise<string>);
  iconOnly?: boolean;
  className?: string;
}

/** Copies text and says so, to the eye and to screen readers. */
export function CopyButton({ label, text, iconOnly, className }: CopyButtonProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1800);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    try {
      await copyText(typeof text === 'string' ? text : await text());
      setCopied(true);
      announce(t('common.copied'));
    } catch {
      announce(t('common.copyFailed'));
    }
  };

  const icon = copied ? (
    <Check aria-hidden className="size-4 text-good" />
  ) : (
    <Copy aria-hidden className="size-4" />
  );
  return (
    <Button
      look="quiet"
      size={iconOnly ? 'icon' : 'small'}
      onClick={copy}
      icon={icon}
      aria-label={iconOnly ? label : undefined}
      title={label}
      className={className}
    >
      {iconOnly ? null : copied ? t('common.copied') : label}
    </Button>
  );
}
