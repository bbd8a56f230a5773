/** One of each kind behind a scope of its own, for our scope-challenge scenarios. */
import { z } from 'zod'
import {
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  type Offer,
} from '../../../src/index.ts'

/** What the guarded ones need beside the baseline. */
export const GUARD = 'read:secrets'

const kept = {
  title: 'Guarded',
  description: 'Needs a scope of its own.',
  scopes: [GUARD],
}

export const guarded: Required<Offer> = {
  tools: [
    defineTool({
      ...kept,
      name: 'guarded_tool',
      toolset: 'conformance',
      risk: 'read',
      input: z.object({}),
      run: async () => ({ summary: 'secret' }),
    }),
  ],
  resources: [
    defineResource({
      ...kept,
      uri: 'guarded://resource',
      name: 'guarded-resource',
      read: async () => ({ text: 'secret' }),
    }),
  ],
  templates: [
    defineResourceTemplate({
      ...kept,
      uriTemplate: 'guarded://item/{id}',
      name: 'guarded-template',
      read: async () => ({ text: 'secret' }),
    }),
  ],
  prompts: [
    definePrompt({
      ...kept,
      name: 'guarded_prompt',
      get: async () => ({
        messages: [{ role: 'user', content: { type: 'text', text: 'secret' } }],
      }),
    }),
  ],
}
