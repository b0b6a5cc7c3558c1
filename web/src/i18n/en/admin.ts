/** Texts of the administration. */
export const admin = {
  admin: {
    title: 'Administration',
    notForYou: 'Only an administrator of this instance can see this.',
    groups: { asking: 'Asking', spending: 'Spending', people: 'People' },
    sections: {
      services: 'Services',
      usage: 'Usage',
      budgets: 'Budgets',
      people: 'People',
      audit: 'Audit log',
    },
  },
} as const;
