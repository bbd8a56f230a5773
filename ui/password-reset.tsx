/**
 * Stytch's form for a new password, opened by the link in a reset email.
 */
import { StytchEventType, StytchPasswordReset } from '@stytch/react'
import { useMemo } from 'preact/hooks'
import { Card } from './card.tsx'
import { look } from './stytch/look.ts'
import { signInOptions } from './stytch/sign-in-options.ts'

interface Props {
  readonly token: string
  readonly publicUrl: string
  /** Called once the password is changed and its owner signed in. */
  readonly onDone: () => void
}

/** The token of a reset link, or null when the address is not one. */
export function resetToken(search: string): string | null {
  const query = new URLSearchParams(search)
  return query.get('stytch_token_type') === 'reset_password' ? query.get('token') : null
}

/** The card in which a new password is chosen. */
export function PasswordReset({ token, publicUrl, onDone }: Props) {
  const config = useMemo(() => signInOptions(publicUrl), [publicUrl])
  const callbacks = useMemo(
    () => ({
      onEvent: ({ type }: { type: string }) => {
        if (type === StytchEventType.AuthenticateFlowComplete) onDone()
      },
    }),
    [onDone],
  )
  return (
    <Card title="Choose a new password">
      <p class="lead">You are signed in with it right away.</p>
      <div class="stytch stytch-untitled">
        <StytchPasswordReset
          passwordResetToken={token}
          config={config}
          presentation={look}
          callbacks={callbacks}
        />
      </div>
    </Card>
  )
}
