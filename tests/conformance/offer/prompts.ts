/** Prompts the suite gets, and completes an argument of. */
import { z } from 'zod'
import { completable, definePrompt, type Prompt } from '../../../src/index.ts'
import { askFor, formOf } from './questions.ts'
import { PNG, SCOPES } from './samples.ts'

const user = <Content>(content: Content) => ({ role: 'user' as const, content })
const text = (words: string) => user({ type: 'text' as const, text: words })

export const prompts: readonly Prompt[] = [
  definePrompt({
    name: 'test_simple_prompt',
    title: 'Simple',
    description: 'One text, no arguments.',
    scopes: SCOPES,
    get: async () => ({ messages: [text('This is a simple prompt for testing.')] }),
  }),
  definePrompt({
    name: 'test_prompt_with_arguments',
    title: 'With arguments',
    description: 'Repeats its arguments.',
    scopes: SCOPES,
    args: z.object({
      arg1: completable(z.string(), (typed) =>
        ['test', 'paris'].filter((one) => one.startsWith(typed)),
      ),
      arg2: z.string(),
    }),
    get: async ({ arg1, arg2 }) => ({
      messages: [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    }),
  }),
  definePrompt({
    name: 'test_prompt_with_embedded_resource',
    title: 'With a resource',
    description: 'Embeds the resource it is given.',
    scopes: SCOPES,
    args: z.object({ resourceUri: z.string() }),
    get: async ({ resourceUri: uri }) => ({
      messages: [
        user({
          type: 'resource' as const,
          resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        }),
        text('Please process the embedded resource above.'),
      ],
    }),
  }),
  definePrompt({
    name: 'test_prompt_with_image',
    title: 'With an image',
    description: 'One image and one text.',
    scopes: SCOPES,
    get: async () => ({
      messages: [
        user({ type: 'image' as const, data: PNG, mimeType: 'image/png' }),
        text('Please analyze the image above.'),
      ],
    }),
  }),
  definePrompt({
    name: 'test_input_required_result_prompt',
    title: 'That asks first',
    description: 'Asks for its context.',
    scopes: SCOPES,
    get: async (_, { answers, ask }) => {
      const form = formOf(answers.user_context)
      return form === undefined
        ? ask({ user_context: askFor('What context should the prompt use?', 'context') })
        : { messages: [text(`Context: ${form.content?.context}`)] }
    },
  }),
]
