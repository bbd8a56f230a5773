/**
 * Stytch's sign-in form under a heading of our own.
 */
import { StytchLogin } from '@stytch/react'
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { PageData } from '../src/web/page-data.ts'
import { Card } from './card.tsx'
import { look } from './stytch/look.ts'
import { signInOptions } from './stytch/sign-in-options.ts'
import { SIGN_IN_WORDING } from './stytch/wording.ts'

interface Props {
  readonly data: PageData
  /** Why to sign in, and what happens next. */
  readonly children: ComponentChildren
}

/** The sign-in card. It goes away by itself: the session it creates is what the page waits for. */
export function SignIn({ data, children }: Props) {
  const [unanswered, setUnanswered] = useState(false)
  const config = useMemo(() => signInOptions(data.publicUrl), [data.publicUrl])
  const callbacks = useMemo(
    () => ({
      // The form words what Stytch answers, and says nothing at all when there is no answer.
      onError: (error: object) => setUnanswered(!('error_type' in error)),
    }),
    [],
  )
  return (
    <Card title="Sign in">
      {children}
      <div class="stytch" onSubmitCapture={() => setUnanswered(false)}>
        <StytchLogin
          config={config}
          presentation={look}
          strings={SIGN_IN_WORDING}
          callbacks={callbacks}
        />
      </div>
      <div role="status">
        {unanswered && (
          <p class="warning">Stytch did not answer. Check your connection and try again.</p>
        )}
      </div>
      {data.stytch.local && (
        <p class="aside">
          This is Local Stytch: sign in as <code>ada@example.com</code> or{' '}
          <code>bob@example.com</code> with the password <code>local-stytch</code>.
        </p>
      )}
    </Card>
  )
}
