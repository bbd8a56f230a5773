/** Tools that need, or respect, what the client declared it can do. */
import type { Tool } from '../../../src/index.ts'
import { fixtureTool, says } from './fixture-tool.ts'
import { askModel, textOf } from './questions.ts'

export const capabilityTools: readonly Tool[] = [
  fixtureTool('test_missing_capability', 'Cannot work without the model.', ({ answers, ask }) => {
    const text = textOf(answers.thought)
    return text === undefined ? ask({ thought: askModel('Think of a word.') }) : says(text)
  }),
  fixtureTool(
    'test_input_required_result_capabilities',
    'Asks for nothing a client without forms could not answer.',
    ({ answers, ask }) => {
      const text = textOf(answers.thought)
      return text === undefined ? ask({ thought: askModel('Think of a word.') }) : says(text)
    },
  ),
]
