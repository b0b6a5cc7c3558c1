import type { Catalogue } from '../catalogue';

export const admin = {
  admin: {
    title: 'Verwaltung',
    notForYou: 'Das sieht nur, wer diese Instanz verwaltet.',
    groups: { asking: 'Fragen', spending: 'Ausgaben', people: 'Personen' },
    sections: {
      services: 'Dienste',
      usage: 'Nutzung',
      budgets: 'Budgets',
      people: 'Personen',
      audit: 'Prüfprotokoll',
    },
  },
} satisfies Partial<Catalogue>;
