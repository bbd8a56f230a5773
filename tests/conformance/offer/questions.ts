/** Questions to the client, and how its answers are read: they are the client's, so they are checked. */
import { z } from 'zod'
import { inputRequired } from '../../../src/index.ts'

type Form = Parameters<typeof inputRequired.elicit>[0]['requestedSchema']

/** A form of one field that must be filled in. */
export const askFor = (message: string, field: string, type: 'string' | 'boolean' = 'string') =>
  inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [field]: { type } },
      required: [field],
    } as Form,
  })

/** One message to the client's model. */
export const askModel = (text: string) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text } }],
    maxTokens: 100,
  })

const form = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).optional(),
})
const message = z.object({ content: z.object({ type: z.literal('text'), text: z.string() }) })
const roots = z.object({ roots: z.array(z.object({ uri: z.string() })) })

/** A form that came back; `undefined` when none did. */
export const formOf = (answer: unknown) => form.safeParse(answer).data
/** What the model said. */
export const textOf = (answer: unknown) => message.safeParse(answer).data?.content.text
/** Addresses of the client's roots. */
export const rootsOf = (answer: unknown) =>
  roots.safeParse(answer).data?.roots.map(({ uri }) => uri)
