/**
 * What a record says of a call besides how it went: who asked, for what, with which right, by which client. Calls of
 * one person are alike, nearly all, and it is written down anew for those that are not like the one before.
 */
import type { AuditedCall } from './audit-record.ts'
import { listOf, textOf, unverifiedText } from './audit-text.ts'

type Identity = NonNullable<AuditedCall['principal']>

/** What was said of a call, and all that it depends on. */
interface Said {
  readonly tool: string
  readonly scopes: readonly string[]
  readonly name: string | undefined
  readonly version: string | undefined
  readonly userAgent: string | undefined
  readonly text: string
}

/** Of each person, what was said last. */
const last = new WeakMap<Identity, Said>()

/** @returns members of a record, as JSON, each with a comma before it */
export function askedFacts(call: AuditedCall): string {
  const { principal } = call
  if (principal === undefined) return asked(call)
  const before = last.get(principal)
  if (before !== undefined && isAlike(before, call)) return before.text
  const text = identity(principal) + asked(call)
  const { tool, scopes, client: { name, version, userAgent } = {} } = call
  // A list that can change is none to know a call by.
  if (Object.isFrozen(scopes)) {
    last.set(principal, { tool, scopes, name, version, userAgent, text })
  }
  return text
}

function isAlike(said: Said, { tool, scopes, client }: AuditedCall): boolean {
  return (
    said.tool === tool &&
    said.scopes === scopes &&
    said.name === client?.name &&
    said.version === client?.version &&
    said.userAgent === client?.userAgent
  )
}

function identity({ issuer, subject, organization, clientId }: Identity): string {
  const org = organization === undefined ? '' : `,"org":${textOf(organization.id)}`
  return `,"iss":${textOf(issuer)},"sub":${textOf(subject)}${org},"client_id":${textOf(clientId)}`
}

function asked({ tool, scopes, client = {} }: AuditedCall): string {
  return `,"tool":${unverifiedText(tool)},"scopes":${listOf(scopes)}${unverified(client)}`
}

/** What a client says of itself, if it says anything. */
function unverified({ name, version, userAgent }: NonNullable<AuditedCall['client']>): string {
  const client = name === undefined ? '' : `,"client_name":${unverifiedText(name)}`
  const release = version === undefined ? '' : `,"client_version":${unverifiedText(version)}`
  const agent = userAgent === undefined ? '' : `,"user_agent":${unverifiedText(userAgent)}`
  const said = client + release + agent
  return said === '' ? '' : `,"unverified":{${said.slice(1)}}`
}
