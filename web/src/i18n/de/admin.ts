import type { Catalogue } from '../catalogue';

export const admin = {
  admin: {
    title: 'Verwaltung',
    notForYou: 'Das sieht nur, wer diese Instanz verwaltet.',
    groups: { asking: 'Fragen', spending: 'Ausgaben' },
    sections: { services: 'Dienste', usage: 'Nutzung', budgets: 'Budgets' },
  },
} satisfies Partial<Catalogue>;
