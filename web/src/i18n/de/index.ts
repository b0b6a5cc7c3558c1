import type { Catalogue } from '../catalogue';
import { admin } from './admin';
import { asking } from './asking';
import { failures } from './failures';
import { faults } from './faults';
import { frame } from './frame';
import { identity } from './identity';
import { images } from './images';
import { judging } from './judging';
import { ownAccount } from './own-account';
import { settings } from './settings';
import { spending } from './spending';
import { taking } from './taking';
import { talk } from './talk';
import { together } from './together';
import { webhooks } from './webhooks';

export const de: Catalogue = {
  ...frame,
  ...talk,
  ...asking,
  ...together,
  ...settings,
  ...judging,
  ...admin,
  ...identity,
  ...images,
  ...spending,
  ...taking,
  ...webhooks,
  ...failures,
  ...faults,
  ...ownAccount,
};
