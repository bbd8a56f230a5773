/**
 * `/oauth/authorize`: sign in if needed, see who asks for what, decide, leave. The address stays the
 * same all the way, so every step can be reloaded.
 */
import { useEffect, useReducer, useState } from 'preact/hooks'
import type { AuthorizationRequest } from '../../src/web/authorization-request.ts'
import type { PageData } from '../../src/web/page-data.ts'
import { keepPending } from '../pending-authorization.ts'
import { ProblemView } from '../problem-view.tsx'
import { Starting } from '../starting.tsx'
import type { Client } from '../stytch/client.ts'
import { useReadiness } from '../stytch/readiness.ts'
import { Consent } from './consent.tsx'
import { guardAuthorization } from './guard.ts'
import { Leaving } from './leaving.tsx'
import { advance, BEGINNING } from './progress.ts'
import { SignInToDecide } from './sign-in-to-decide.tsx'

interface Props {
  readonly data: PageData
  readonly request: AuthorizationRequest
  readonly client: Client
}

/** The consent page. */
export function AuthorizePage({ data, request, client }: Props) {
  const readiness = useReadiness(client)
  const [progress, report] = useReducer(advance, BEGINNING)

  // Before the first render of Stytch's component, which reads the address and takes these functions.
  useState(() => {
    history.replaceState(null, '', `${location.pathname}?${request.query}`)
    guardAuthorization(client, request, report)
  })
  useEffect(() => keepPending(request.query), [request])

  if (progress.phase === 'problem') return <ProblemView problem={progress.problem} />
  if (progress.phase === 'leaving') return <Leaving redirect={request.redirect} />
  if (readiness.status === 'checking') return <Starting />
  if (readiness.status === 'unreachable') {
    return <ProblemView problem={{ code: 'stytch_unreachable' }} />
  }
  const { project, user } = readiness
  if (!user) return <SignInToDecide data={data} request={request} project={project} />
  return (
    <Consent
      // Another account is another decision: Stytch is asked anew what it may grant.
      key={user.id}
      data={data}
      request={request}
      client={client}
      project={project}
      user={user}
      asked={progress.asked}
    />
  )
}
