/** What a tool has to say of itself, for tools that only tests see. */
export const described = {
  title: 'Any',
  description: 'For tests.',
  toolset: 'test',
  risk: 'read',
  scopes: ['openid'],
} as const
