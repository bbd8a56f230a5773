/**
 * Who is signed in, and the way out. Signing out ends the session at Stytch, not in this tab alone.
 */
import { useState } from 'preact/hooks'
import type { Client } from './stytch/client.ts'
import type { SignedInUser } from './stytch/signed-in-user.ts'

interface Props {
  readonly user: SignedInUser
  readonly client: Client
  /** What the way out is called here. */
  readonly leave: string
}

/** One line with the account and a button that ends its session. */
export function Account({ user, client, leave }: Props) {
  const [leaving, setLeaving] = useState(false)

  async function endSession() {
    setLeaving(true)
    // The SDK forgets the session here even when Stytch cannot be told.
    await client.session.revoke({ forceClear: true }).catch(() => setLeaving(false))
  }

  return (
    <div class="account">
      <span class="avatar" aria-hidden="true">
        {user.label.charAt(0).toUpperCase()}
      </span>
      <span class="account-name">
        <span class="soft">Signed in as</span> <strong>{user.label}</strong>
      </span>
      <button type="button" class="link" disabled={leaving} onClick={endSession}>
        {leave}
      </button>
    </div>
  )
}
