/**
 * Whether the page knows who is in front of it. Until the SDK has checked a remembered session, what it
 * remembers must not be shown: a sign-in form or a stale account would flash.
 */
import { useStytchUser } from '@stytch/react'
import { useEffect, useState } from 'preact/hooks'
import { START_PATIENCE, within } from '../patience.ts'
import type { Client } from './client.ts'
import { loadProject, type Project } from './project.ts'
import { type SignedInUser, signedInUser } from './signed-in-user.ts'

export type Readiness =
  | { readonly status: 'checking' }
  | { readonly status: 'unreachable' }
  | { readonly status: 'ready'; readonly project: Project; readonly user: SignedInUser | null }

/** Follows the project and the session until both are known, or until patience runs out. */
export function useReadiness(client: Client): Readiness {
  const { user, isInitialized, fromCache } = useStytchUser()
  const [project, setProject] = useState<Project | null>(null)
  const [failed, setFailed] = useState(false)
  const sessionKnown = isInitialized && !fromCache

  useEffect(() => {
    within(START_PATIENCE, loadProject(client)).then(setProject, () => setFailed(true))
  }, [client])

  // The SDK retries a session check for ever, so a deadline is the only sign that it fails.
  useEffect(() => {
    if (sessionKnown) return
    const deadline = setTimeout(() => setFailed(true), START_PATIENCE)
    return () => clearTimeout(deadline)
  }, [sessionKnown])

  if (failed) return { status: 'unreachable' }
  if (!project || !sessionKnown) return { status: 'checking' }
  return { status: 'ready', project, user: user && signedInUser(user) }
}
