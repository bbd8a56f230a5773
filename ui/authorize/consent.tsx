/**
 * The decision. Stytch's component lists what is asked for and has the buttons; around it stands what
 * it leaves out: who decides, who asks, how much of that is proven, and where the answer goes. In that
 * order, and before the buttons, for the eye as for a screen reader.
 */
import { IdentityProvider } from '@stytch/react'
import { useCallback, useRef } from 'preact/hooks'
import type { AuthorizationRequest } from '../../src/web/authorization-request.ts'
import type { PageData } from '../../src/web/page-data.ts'
import { Account } from '../account.tsx'
import { Card } from '../card.tsx'
import type { Client } from '../stytch/client.ts'
import { look } from '../stytch/look.ts'
import type { Project } from '../stytch/project.ts'
import type { SignedInUser } from '../stytch/signed-in-user.ts'
import { CONSENT_WORDING } from '../stytch/wording.ts'
import { useClickGuard } from './click-guard.ts'
import { Caller, Facts } from './facts.tsx'
import type { Asked } from './progress.ts'
import { consentManifest } from './scope-texts.ts'

interface Props {
  readonly data: PageData
  readonly request: AuthorizationRequest
  readonly client: Client
  readonly project: Project
  readonly user: SignedInUser
  /** Null until Stytch has said what is asked for. */
  readonly asked: Asked | null
}

/** The consent card. */
export function Consent({ data, request, client, project, user, asked }: Props) {
  const area = useRef<HTMLDivElement>(null)
  const early = useClickGuard(area, asked !== null)
  const unavailable = asked?.unavailable
  const manifest = useCallback(
    ({ scopes }: { scopes: string[] }) =>
      consentManifest(scopes.filter(Boolean), unavailable ?? [], project) as never,
    [project, unavailable],
  )
  return (
    <Card
      title={title(request, asked)}
      above={<Account user={user} client={client} leave="Not you?" />}
    >
      {asked && <Caller request={request} name={asked.clientName} />}
      <Facts request={request} resource={data.resource} />
      <div class="stytch stytch-consent" ref={area} data-early={early}>
        <IdentityProvider
          presentation={look}
          strings={CONSENT_WORDING}
          getIDPConsentManifest={manifest}
        />
      </div>
      {request.scopesAreDefault && (
        <p class="aside">The app named no permissions, so it gets the basic ones.</p>
      )}
    </Card>
  )
}

function title({ client }: AuthorizationRequest, asked: Asked | null): string {
  if (!asked) return 'Checking this request…'
  if (asked.remembered) return 'You allowed this before'
  return `Allow ${client.kind === 'document' ? client.host : asked.clientName}?`
}
