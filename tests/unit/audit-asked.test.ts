/** What records say of calls that are alike is written down once; of no other call may it be said. */
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { askedFacts } from '../../src/observe/audit-asked.ts'
import type { AuditedCall } from '../../src/observe/audit-record.ts'
import { principal } from '../support/audited.ts'

const SEED = 605

const member = {
  ...principal,
  subject: 'member-test-1',
  organization: { id: 'organization-test-1' },
}
const people = [principal, member, undefined] as AuditedCall['principal'][]
const lists = [['openid'], ['openid', 'read:projects'], []].map((list) => Object.freeze(list))
const words = [undefined, 'a', 'b']

const calls = fc.record({
  principal: fc.constantFrom(...people),
  tool: fc.constantFrom('whoami', 'listProjects'),
  scopes: fc.constantFrom(...lists),
  client: fc.option(
    fc.record({
      name: fc.constantFrom(...words),
      version: fc.constantFrom(...words),
      userAgent: fc.constantFrom(...words),
    }),
    { nil: undefined },
  ),
})

test('each call has what is its own, whatever was said of those before it', () => {
  fc.assert(
    fc.property(fc.array(calls, { minLength: 2, maxLength: 20 }), (several) => {
      for (const call of several) {
        expect(factsOf(call as AuditedCall)).toEqual(expected(call as AuditedCall))
      }
    }),
    { seed: SEED, numRuns: 500 },
  )
})

test('a list of scopes that can change is read with every call', () => {
  const scopes = ['openid']
  const call = { correlationId: 'request-1', principal, tool: 'whoami', scopes }
  expect(factsOf(call)).toMatchObject({ scopes: ['openid'] })
  scopes.push('read:projects')
  expect(factsOf(call)).toMatchObject({ scopes: ['openid', 'read:projects'] })
})

function factsOf(call: AuditedCall): unknown {
  return JSON.parse(`{${askedFacts(call).slice(1)}}`)
}

function expected({ principal: who, tool, scopes, client }: AuditedCall): unknown {
  const named = who && {
    iss: who.issuer,
    sub: who.subject,
    ...(who.organization && { org: who.organization.id }),
    client_id: who.clientId,
  }
  const said = withoutAbsent({
    client_name: client?.name,
    client_version: client?.version,
    user_agent: client?.userAgent,
  })
  const unverified = Object.keys(said).length > 0 && { unverified: said }
  return { ...named, tool, scopes, ...unverified }
}

function withoutAbsent(members: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
