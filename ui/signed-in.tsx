/**
 * What `/login` says to someone who is signed in: who they are, and the way back to the authorization
 * this tab was in the middle of, if it was.
 */
import { Account } from './account.tsx'
import { Card, Emblem } from './card.tsx'
import { pendingPath } from './pending-authorization.ts'
import type { Client } from './stytch/client.ts'
import type { SignedInUser } from './stytch/signed-in-user.ts'

/** The signed-in card. */
export function SignedIn({ user, client }: { user: SignedInUser; client: Client }) {
  const pending = pendingPath()
  return (
    <Card title="You’re signed in" above={<Emblem kind="good" />}>
      {pending ? (
        <>
          <p class="lead">An app was waiting for your decision.</p>
          <a class="button" href={pending}>
            Continue
          </a>
        </>
      ) : (
        <p class="lead">
          You can close this page. If you were connecting an app, go back to the tab where you
          started.
        </p>
      )}
      <Account user={user} client={client} leave="Sign out" />
    </Card>
  )
}
