import { lazy } from 'react';

/**
 * The register of the administration: every section is one line here, a component of its own that
 * is fetched when it is opened, and its name under `admin.sections` in both catalogues.
 */
export const sections = {
  health: lazy(() => import('./health-section')),
  services: lazy(() => import('./services-section')),
  usage: lazy(() => import('./usage-section')),
  budgets: lazy(() => import('./budgets-section')),
  people: lazy(() => import('./people-section')),
  audit: lazy(() => import('./audit-section')),
  keys: lazy(() => import('./keys-section')),
  queue: lazy(() => import('./queue-section')),
  settings: lazy(() => import('./settings-section')),
};

export type SectionName = keyof typeof sections;

/** The order at the side; the names of the groups are under `admin.groups`. */
export const groups = [
  { name: 'asking', sections: ['services', 'keys', 'queue'] },
  { name: 'spending', sections: ['usage', 'budgets'] },
  { name: 'people', sections: ['people', 'audit'] },
  { name: 'instance', sections: ['settings', 'health'] },
] as const satisfies { name: string; sections: SectionName[] }[];
