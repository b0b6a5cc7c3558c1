/** Texts of the administration. */
export const admin = {
  admin: {
    title: 'Administration',
    notForYou: 'Only an administrator of this instance can see this.',
    groups: { asking: 'Asking' },
    sections: { services: 'Services' },
  },
} as const;
