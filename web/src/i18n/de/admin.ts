import type { Catalogue } from '../catalogue';

export const admin = {
  admin: {
    title: 'Verwaltung',
    notForYou: 'Das sieht nur, wer diese Instanz verwaltet.',
    groups: { asking: 'Fragen' },
    sections: { services: 'Dienste' },
  },
} satisfies Partial<Catalogue>;
