import type { FieldError, Finding } from '@/generated/api';
import { i18n } from '@/i18n';
import { failureText } from './failure-words';
import { formatNumber } from './format';

/** What is wrong with a field, in the reader's language; in the server's English where that has no words. */
export function fieldFaultText(fault: FieldError): string {
  const { code, message, limit, params } = fault;
  if (i18n.language === 'en') return message;
  if (code === 'service_failed') {
    const kind = params?.kind as Parameters<typeof failureText>[1]['kind'] | undefined;
    return kind ? failureText(i18n.t, { kind, said: params?.said }) : message;
  }
  if (code === 'address_not_allowed' && i18n.exists(`addresses.${params?.why}`)) {
    return i18n.t(`addresses.${params?.why as 'private'}`);
  }
  if (!i18n.exists(`faults.${code}`)) return message;
  const shown = limit == null ? undefined : formatNumber(limit);
  return i18n.t(`faults.${code}`, { ...params, message, limit: shown });
}

/** What was found of the installation, in the reader's language; null where that has no words for it. */
export function findingText({ code, params }: Finding): string | null {
  const key: string = `installation.${code}`;
  const words = i18n.t as (key: string, params: object) => string;
  return i18n.exists(key) ? words(key, params) : null;
}
