/**
 * `/login`: where a password reset link leads, and where a person can see that they are signed in.
 */
import { useEffect, useState } from 'preact/hooks'
import type { PageData } from '../src/web/page-data.ts'
import { PasswordReset, resetToken } from './password-reset.tsx'
import { ProblemView } from './problem-view.tsx'
import { SignIn } from './sign-in.tsx'
import { SignedIn } from './signed-in.tsx'
import { Starting } from './starting.tsx'
import type { Client } from './stytch/client.ts'
import { useReadiness } from './stytch/readiness.ts'

/** The sign-in page. */
export function LoginPage({ data, client }: { data: PageData; client: Client }) {
  const readiness = useReadiness(client)
  const [token, setToken] = useState(() => resetToken(location.search))

  // A reset token is a password for a while: it has no business in the address bar or the history.
  useEffect(() => history.replaceState(null, '', location.pathname), [])

  if (readiness.status === 'checking') return <Starting />
  if (readiness.status === 'unreachable') {
    return <ProblemView problem={{ code: 'stytch_unreachable' }} />
  }
  if (token) {
    const done = () => setToken(null)
    return <PasswordReset token={token} publicUrl={data.publicUrl} onDone={done} />
  }
  if (readiness.user) return <SignedIn user={readiness.user} client={client} />
  return (
    <SignIn data={data}>
      <p class="lead">Use your {readiness.project.name} account.</p>
    </SignIn>
  )
}
