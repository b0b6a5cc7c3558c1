import { type Standing, standingIn } from '@/text/likeness';
import { passagesOf } from '@/text/passages';

/** How one answer stands to another. */
export interface Comparison {
  stand(sentence: string): Standing;
  shared: number;
  total: number;
}

export function compare(text: string, other: string): Comparison {
  const own = passagesOf(text);
  const stand = standingIn(passagesOf(other), own);
  const standings = own.map(stand).filter((standing) => standing !== 'unclear');
  return {
    stand,
    shared: standings.filter((standing) => standing === 'shared').length,
    total: standings.length,
  };
}

/** What is worth marking: the rarer of the two. */
export function tellingMark(one: Comparison, other: Comparison): Standing {
  const shared = one.shared + other.shared;
  return shared > 0 && shared * 2 < one.total + other.total ? 'shared' : 'unique';
}
