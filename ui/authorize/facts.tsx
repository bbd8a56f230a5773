/**
 * What is known about a request, and how far it can be trusted.
 */
import type { ComponentChildren } from 'preact'
import type { AuthorizationRequest } from '../../src/web/authorization-request.ts'
import type { RedirectTarget } from '../../src/web/redirect-uri.ts'

interface Props {
  readonly request: AuthorizationRequest
  readonly resource: string
}

/** What opens, and where the answer goes. */
export function Facts({ request, resource }: Props) {
  return (
    <dl class="facts">
      <div>
        <dt>Opens with your account</dt>
        <dd>
          <b class="host">{resource.replace(/^https?:\/\//, '')}</b>
        </dd>
      </div>
      <div>
        <dt>After you allow, this browser goes to</dt>
        <dd>
          <b class="host">{request.redirect.host}</b>
          <Caution redirect={request.redirect} />
        </dd>
      </div>
    </dl>
  )
}

/** Who asks, by what can be shown of it: a host that vouches comes before a name the app chose. */
export function Caller({ request, name }: { request: AuthorizationRequest; name: string }) {
  const { client } = request
  if (client.kind === 'registered') {
    return <p class="note">The app chose this name itself; nobody has verified it.</p>
  }
  return (
    <>
      <p class="note">It calls itself “{name}”; nobody has verified that.</p>
      {client.internationalized && <Warning>{LOOKALIKE}</Warning>}
    </>
  )
}

function Caution({ redirect: { kind, scheme, internationalized } }: { redirect: RedirectTarget }) {
  return (
    <>
      {kind === 'loopback' && (
        <Warning>This app runs on this computer. Any program here could pose as it.</Warning>
      )}
      {kind === 'custom-scheme' && (
        <Warning>
          Your system opens whichever app claims <code>{scheme}</code>. Any app may claim it.
        </Warning>
      )}
      {kind === 'ip' && (
        <Warning>This is a bare address, not a named site. Nobody vouches for who runs it.</Warning>
      )}
      {internationalized && <Warning>{LOOKALIKE}</Warning>}
    </>
  )
}

const LOOKALIKE =
  'This name uses letters that can imitate another site’s. Check where it comes from.'

function Warning({ children }: { children: ComponentChildren }) {
  return <p class="warning">{children}</p>
}
