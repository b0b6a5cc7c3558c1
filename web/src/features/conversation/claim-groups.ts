import type { Claim, ClaimStanding } from '@/generated/api';

/** What matters most comes first: where they contradict, what all say, what some say, what one says. */
const ORDER: ClaimStanding[] = ['contested', 'all', 'some', 'one'];

export interface ClaimGroup {
  standing: ClaimStanding;
  claims: Claim[];
}

/** Points by how the answers stand to them; groups without points are left out. */
export function claimGroups(claims: Claim[]): ClaimGroup[] {
  return ORDER.map((standing) => ({
    standing,
    claims: claims.filter((claim) => claim.standing === standing),
  })).filter((group) => group.claims.length > 0);
}
