/** Tools that ask the client in the 2025 era's words; the same declarations serve both eras. */
import { z } from 'zod'
import { inputRequired, type Tool } from '../../../src/index.ts'
import { fixtureTool, says } from './fixture-tool.ts'
import { ENUMS, PREFILLED } from './forms.ts'
import { askFor, askModel, formOf, textOf } from './questions.ts'

const completed = (form: NonNullable<ReturnType<typeof formOf>>) =>
  says(
    `Elicitation completed: action=${form.action}, content=${JSON.stringify(form.content ?? {})}`,
  )

export const askingTools: readonly Tool[] = [
  fixtureTool(
    'test_sampling',
    'Asks the model of the client.',
    ({ answers, ask }, { prompt }: { prompt: string }) => {
      const text = textOf(answers.sampled)
      return text === undefined ? ask({ sampled: askModel(prompt) }) : says(`LLM response: ${text}`)
    },
    z.object({ prompt: z.string() }),
  ),
  fixtureTool(
    'test_elicitation',
    'Asks the person at the client.',
    ({ answers, ask }, { message }: { message: string }) => {
      const form = formOf(answers.form)
      return form === undefined ? ask({ form: askFor(message, 'response') }) : completed(form)
    },
    z.object({ message: z.string() }),
  ),
  fixtureTool(
    'test_elicitation_sep1034_defaults',
    'Asks with a form whose fields are filled in.',
    ({ answers, ask }) => {
      const form = formOf(answers.form)
      return form === undefined ? ask({ form: inputRequired.elicit(PREFILLED) }) : completed(form)
    },
  ),
  fixtureTool(
    'test_elicitation_sep1330_enums',
    'Asks with a form of every kind of choice.',
    ({ answers, ask }) => {
      const form = formOf(answers.form)
      return form === undefined ? ask({ form: inputRequired.elicit(ENUMS) }) : completed(form)
    },
  ),
]
