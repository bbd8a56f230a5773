/**
 * Shows a problem in place of whatever could not go on. Trying again reloads: the address still holds
 * the request, and the SDK gets rid of everything it remembers.
 */
import { Card, Emblem } from './card.tsx'
import { type Problem, problemText } from './problems.ts'

/** An error state with a way out. */
export function ProblemView({ problem }: { problem: Problem }) {
  const { title, sentence, hint } = problemText(problem.code)
  const { reference = '' } = problem
  return (
    <Card role="alert" title={title} above={<Emblem kind="stop" />}>
      <p class="lead">{sentence}</p>
      <p>{hint}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        Try again
      </button>
      <p class="reference">
        Code: <code>{problem.code}</code>
        {/^[\w-]{1,80}$/.test(reference) && (
          <>
            {' · '}
            <code>{reference}</code>
          </>
        )}
      </p>
    </Card>
  )
}
