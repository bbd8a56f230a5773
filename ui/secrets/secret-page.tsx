/**
 * `/secrets/…`: sign in if needed, then read one secret or type one in. The address stays the same, so
 * every step up to the last can be reloaded.
 */
import type { PageData } from '../../src/web/page-data.ts'
import type { Description } from '../../src/web/secrets/secret-message.ts'
import {
  Account,
  ProblemView,
  SignIn,
  Starting,
  useEffect,
  useReadiness,
  useState,
} from '../shared.ts'
import type { Client } from '../stytch/client.ts'
import type { SignedInUser } from '../stytch/signed-in-user.ts'
import { Collect } from './collect.tsx'
import { createDesk, type Reply } from './desk.ts'
import { Handed } from './handed.tsx'
import { TroubleView } from './trouble-view.tsx'

/** The page. */
export function SecretPage({ data, client }: { data: PageData; client: Client }) {
  const readiness = useReadiness(client)
  if (readiness.status === 'checking') return <Starting />
  if (readiness.status === 'unreachable') {
    return <ProblemView problem={{ code: 'stytch_unreachable' }} />
  }
  const { project, user } = readiness
  if (user) {
    // To another account this is another page.
    return <Behind key={user.id} client={client} user={user} />
  }
  return (
    <SignIn data={data}>
      <p class="lead">
        This link is for one person. Sign in with the {project.name} account you used in the app
        that gave it to you.
      </p>
    </SignIn>
  )
}

/** What is behind the link, for this account. */
function Behind({ client, user }: { client: Client; user: SignedInUser }) {
  const [desk] = useState(() => createDesk(client))
  const [reply, setReply] = useState<Reply<Description> | null>(null)
  useEffect(() => {
    desk.describe().then(setReply)
  }, [desk])

  if (!reply) return <Starting />
  const account = <Account user={user} client={client} leave="Not you?" />
  if (!reply.ok) return <TroubleView trouble={reply.trouble} account={account} />
  const { answer } = reply
  return answer.kind === 'hand' ? (
    <Handed secret={answer} account={account} desk={desk} />
  ) : (
    <Collect question={answer} account={account} desk={desk} />
  )
}
