/** Tools that take several rounds with the client (SEP-2322, 2026-07-28). */
import { inputRequired, type Tool } from '../../../src/index.ts'
import { fixtureTool, says } from './fixture-tool.ts'
import { askFor, askModel, formOf, rootsOf, textOf } from './questions.ts'

const NAME = 'What is your name?'

export const roundTools: readonly Tool[] = [
  fixtureTool('test_input_required_result_elicitation', 'Asks for a name.', ({ answers, ask }) => {
    const form = formOf(answers.user_name)
    return form === undefined
      ? ask({ user_name: askFor(NAME, 'name') })
      : says(`Hello, ${form.content?.name}!`)
  }),
  fixtureTool('test_input_required_result_sampling', 'Asks the model.', ({ answers, ask }) => {
    const text = textOf(answers.capital_question)
    return text === undefined
      ? ask({ capital_question: askModel('What is the capital of France?') })
      : says(text)
  }),
  fixtureTool('test_input_required_result_list_roots', 'Asks for roots.', ({ answers, ask }) => {
    const uris = rootsOf(answers.client_roots)
    return uris === undefined
      ? ask({ client_roots: inputRequired.listRoots() })
      : says(`Roots: ${uris.join(', ')}`)
  }),
  ...['request_state', 'tampered_state'].map((kind) =>
    fixtureTool(
      `test_input_required_result_${kind}`,
      'Asks for a confirmation and keeps a state.',
      ({ answers, state, ask }) =>
        formOf(answers.confirm) === undefined
          ? ask({ confirm: askFor('Please confirm', 'ok', 'boolean') }, 'asked')
          : says(state === 'asked' ? 'state-ok' : 'state-lost'),
    ),
  ),
  fixtureTool(
    'test_input_required_result_multiple_inputs',
    'Asks person, model and client at once.',
    ({ answers, ask }) => {
      const name = formOf(answers.user_name)?.content?.name
      const greeting = textOf(answers.greeting)
      const uris = rootsOf(answers.client_roots)
      return name === undefined || greeting === undefined || uris === undefined
        ? ask({
            user_name: askFor(NAME, 'name'),
            greeting: askModel('Generate a greeting'),
            client_roots: inputRequired.listRoots(),
          })
        : says(`${greeting} ${name}: ${uris.join(', ')}`)
    },
  ),
  fixtureTool(
    'test_input_required_result_multi_round',
    'Asks twice, one after the other.',
    ({ answers, state, ask }) => {
      const first = formOf(answers.step1)
      const second = formOf(answers.step2)
      if (second !== undefined) return says(`${state} likes ${second.content?.color}.`)
      return first === undefined
        ? ask({ step1: askFor(`Step 1: ${NAME}`, 'name') })
        : ask(
            { step2: askFor('Step 2: What is your favorite color?', 'color') },
            first.content?.name,
          )
    },
  ),
]
