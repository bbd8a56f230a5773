/**
 * Signing in on the way to a decision. Stytch does not tell an app's name to someone who is not signed
 * in, so the app is called by what the request itself proves: where it will return to, or its own host.
 */
import type { AuthorizationRequest } from '../../src/web/authorization-request.ts'
import type { PageData } from '../../src/web/page-data.ts'
import { SignIn } from '../sign-in.tsx'
import type { Project } from '../stytch/project.ts'

interface Props {
  readonly data: PageData
  readonly request: AuthorizationRequest
  readonly project: Project
}

/** The sign-in card of the consent page. */
export function SignInToDecide({ data, request, project }: Props) {
  return (
    <SignIn data={data}>
      <p class="lead">
        <Caller request={request} /> wants to use this server with your {project.name} account. Sign
        in to see what it asks for; then you decide.
      </p>
    </SignIn>
  )
}

function Caller({ request: { client, redirect } }: { request: AuthorizationRequest }) {
  if (client.kind === 'document') {
    return (
      <>
        The app at <b class="host">{client.host}</b>
      </>
    )
  }
  switch (redirect.kind) {
    case 'loopback':
      return <>An app on this computer</>
    case 'custom-scheme':
      return (
        <>
          An app that opens <b class="host">{redirect.host}</b>
        </>
      )
    default:
      return (
        <>
          An app at <b class="host">{redirect.host}</b>
        </>
      )
  }
}
