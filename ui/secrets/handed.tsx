/**
 * A secret to read: covered until a person asks for it, shown once, then gone from the page as from the
 * server. Its value is never part of what is rendered; it stands in one field and in one variable, and
 * both are emptied together.
 */
import type { ComponentChildren } from 'preact'
import type { Description } from '../../src/web/secrets/secret-message.ts'
import { Card, Emblem, useClickGuard, useEffect, useRef, useState } from '../shared.ts'
import { CopyButton } from './copy-button.tsx'
import { Deadline } from './deadline.tsx'
import type { Desk } from './desk.ts'
import { TroubleView } from './trouble-view.tsx'
import type { Trouble } from './troubles.ts'

interface Props {
  readonly secret: Extract<Description, { kind: 'hand' }>
  /** Who is signed in, and the way out. */
  readonly account: ComponentChildren
  readonly desk: Desk
}

type Phase = 'covered' | 'fetching' | 'shown' | 'cleared'

/** Milliseconds a secret may stand on a screen nobody may be watching. */
const SHOWN_FOR = 5 * 60_000

/** The card of a secret, in each of its states. */
export function Handed({ secret, account, desk }: Props) {
  const [phase, setPhase] = useState<Phase>('covered')
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const value = useRef('')
  const field = useRef<HTMLTextAreaElement>(null)
  const cover = useRef<HTMLDivElement>(null)
  const early = useClickGuard(cover, phase === 'covered')

  async function reveal() {
    setPhase('fetching')
    const reply = await desk.reveal()
    if (!reply.ok) return setTrouble(reply.trouble)
    value.current = reply.answer.value
    setPhase('shown')
  }

  function clear() {
    value.current = ''
    // At once: a page that is being left renders no more.
    if (field.current) field.current.value = ''
    setPhase('cleared')
  }

  useEffect(() => {
    if (phase !== 'shown') return
    if (field.current) field.current.value = value.current
    const timer = setTimeout(clear, SHOWN_FOR)
    window.addEventListener('pagehide', clear)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', clear)
    }
  }, [phase])

  if (trouble) return <TroubleView trouble={trouble} account={account} />
  if (phase === 'cleared') return <Cleared />
  if (phase === 'shown') {
    return (
      <Card key="shown" title={secret.label} above={account}>
        <p class="warning">
          This is the only time it is shown. Keep it somewhere safe now: once you close or reload
          this page, or after five minutes, it is gone.
        </p>
        <label class="field">
          Secret
          <textarea
            ref={field}
            class="secret"
            readOnly
            rows={rowsFor(value.current)}
            spellcheck={false}
            autocomplete="off"
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        </label>
        {secret.hint && <p class="note">{secret.hint}</p>}
        <CopyButton field={field} />
        <button type="button" class="button button-quiet" onClick={clear}>
          I’ve kept it, clear it now
        </button>
      </Card>
    )
  }
  return (
    <Card key="covered" title={secret.label} above={account}>
      <p class="lead">This secret is for you. It can be shown once, here, and nowhere else.</p>
      {secret.hint && <p>{secret.hint}</p>}
      <p>
        Make sure that nobody is looking over your shoulder and that you have a place to keep it.
      </p>
      <div class="guarded" ref={cover} data-early={early}>
        <button type="button" class="button" disabled={phase === 'fetching'} onClick={reveal}>
          Show the secret once
        </button>
      </div>
      <Deadline expiresAt={secret.expiresAt} />
    </Card>
  )
}

function Cleared() {
  return (
    <Card key="cleared" title="The secret is gone from this page" above={<Emblem kind="good" />}>
      <p class="lead">This server has forgotten it too. You can close this page.</p>
      <p>If you didn’t keep it, ask for a new one in the app that gave you the link.</p>
    </Card>
  )
}

/** As many lines as it may need on a phone, within reason. */
/** Characters of a line on a phone. */
const NARROW = 24

function rowsFor(value: string): number {
  const lines = value
    .split('\n')
    .reduce((sum, line) => sum + Math.ceil((line.length || 1) / NARROW), 0)
  return Math.min(10, lines)
}
