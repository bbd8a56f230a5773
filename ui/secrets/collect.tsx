/**
 * Secrets to type in. They go from these fields to this server and on to where they are needed; no model
 * sees them, and the fields are emptied when they are no longer needed.
 */
import type { ComponentChildren } from 'preact'
import type { Description, SecretField, Submitted } from '../../src/web/secrets/secret-message.ts'
import { Card, Emblem, useEffect, useRef, useState } from '../shared.ts'
import { Deadline } from './deadline.tsx'
import type { Desk } from './desk.ts'
import { TroubleView } from './trouble-view.tsx'
import type { Trouble } from './troubles.ts'

interface Props {
  readonly question: Extract<Description, { kind: 'collect' }>
  /** Who is signed in, and the way out. */
  readonly account: ComponentChildren
  readonly desk: Desk
}

/** The card that asks, and then says what came of it. */
export function Collect({ question, account, desk }: Props) {
  const [busy, setBusy] = useState(false)
  const [visible, setVisible] = useState(false)
  const [outcome, setOutcome] = useState<Submitted | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const form = useRef<HTMLFormElement>(null)

  useEffect(() => {
    const empty = () => form.current?.reset()
    window.addEventListener('pagehide', empty)
    return () => window.removeEventListener('pagehide', empty)
  }, [])

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (busy || !form.current) return
    setBusy(true)
    setOutcome(null)
    const reply = await desk.submit(typedInto(form.current))
    setBusy(false)
    if (!reply.ok) return setTrouble(reply.trouble)
    if (reply.answer.ok) form.current?.reset()
    setOutcome(reply.answer)
  }

  if (trouble) return <TroubleView trouble={trouble} account={account} />
  if (outcome?.ok) {
    return (
      <Card key="done" role="status" title="Done" above={<Emblem kind="good" />}>
        <p class="lead">{outcome.sentence}</p>
        <p>You can close this page and go back to the app.</p>
      </Card>
    )
  }
  if (outcome && outcome.attemptsLeft === 0) {
    return <TroubleView trouble="used_up" account={account} />
  }
  return (
    <Card key="form" title={question.title} above={account}>
      <p class="lead">
        What you type here goes straight to this server. The app and its model never see it.
      </p>
      <form ref={form} onSubmit={submit} autocomplete="off">
        {question.fields.map((field) => (
          <HiddenInput key={field.name} field={field} visible={visible} />
        ))}
        <label class="choice">
          <input
            type="checkbox"
            checked={visible}
            onChange={({ currentTarget }) => setVisible(currentTarget.checked)}
          />
          Show what I type
        </label>
        <div role="alert">
          {outcome && !outcome.ok && (
            <p class="warning">
              {outcome.sentence} {attempts(outcome.attemptsLeft)}
            </p>
          )}
        </div>
        <button type="submit" class="button" disabled={busy}>
          {busy ? 'Sending…' : 'Send'}
        </button>
      </form>
      <Deadline expiresAt={question.expiresAt} />
    </Card>
  )
}

function HiddenInput({ field, visible }: { field: SecretField; visible: boolean }) {
  return (
    <label class="field">
      {field.label}
      <input
        class="secret"
        name={field.name}
        {...(visible ? { type: 'text' } : { type: 'password' })}
        required
        maxLength={32_768}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
      />
    </label>
  )
}

function typedInto(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
}

function attempts(left: number): string {
  return left === 1 ? 'You have one attempt left.' : `You have ${left} attempts left.`
}
