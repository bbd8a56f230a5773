/**
 * Shows what went wrong with a link, under who is signed in: often the answer is another account.
 */
import type { ComponentChildren } from 'preact'
import { Card } from '../shared.ts'
import { type Trouble, troubleText } from './troubles.ts'

interface Props {
  readonly trouble: Trouble
  /** Who is signed in, and the way out. */
  readonly account: ComponentChildren
}

/** Where trying again can change nothing. */
const FINAL: readonly Trouble[] = ['gone', 'used_up']

/** An error state. */
export function TroubleView({ trouble, account }: Props) {
  const { title, sentence, hint } = troubleText(trouble)
  return (
    <Card role="alert" title={title} above={account}>
      <p class="lead">{sentence}</p>
      <p>{hint}</p>
      {!FINAL.includes(trouble) && (
        <button type="button" class="button" onClick={() => location.reload()}>
          Try again
        </button>
      )}
    </Card>
  )
}
