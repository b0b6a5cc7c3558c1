import type { TFunction } from 'i18next';
import type { AgreementReason, Batch, RankingRemark } from '@/generated/api';
import { formatPercent } from './format';

/** What Quorum says of a ranking, in the reader's language. */
export function remarkText(t: TFunction, remark: RankingRemark): string {
  switch (remark.code) {
    case 'ranked_in_part':
      return t('remarks.ranked_in_part', { ...remark });
    case 'some_named_judges_missing':
      return t('remarks.some_named_judges_missing', { ...remark });
    default:
      return t(`remarks.${remark.code}`);
  }
}

/** All of it in one line; a ranking from before there were codes has only its English words. */
export function remarksLine(t: TFunction, batch: Batch): string | null {
  const words = batch.ranking_remarks.map((remark) => remarkText(t, remark));
  return words.length > 0 ? words.join('; ') : (batch.ranking_note ?? null);
}

/** Why an answer stands where it stands, where no judge said so. */
export function reasonText(t: TFunction, reason: AgreementReason): string {
  switch (reason.code) {
    case 'agrees_with':
      return t('reasons.agrees_with', { ...reason });
    case 'stands_alone':
      return t('reasons.stands_alone', { ...reason });
    case 'shares_wording':
      return t('reasons.shares_wording', { percent: formatPercent(reason.percent) });
  }
}
