/**
 * Two processes on one Redis, behind one address: what may be used once is used once, what is counted is
 * counted together, and each keeps its own audit trail; also when one of them dies at work.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { verifyAudit } from '../../src/observe/audit.ts'
import type { Answer } from '../support/mcp.ts'
import { type Came, type Person, startTwoProcesses, type TwoProcesses } from './two-processes.ts'

const { b2b } = SEED_PROJECTS
const where = { project_slug: b2b.slug, environment_slug: b2b.test }
const phrase = b2b.test

let two: TwoProcesses

/** For the tests of one group. */
function started(): void {
  beforeAll(async () => {
    two = await startTwoProcesses()
  }, 60_000)
  afterAll(() => two?.stop())
}

let urls = 0

/** A redirect URL of its own, and a plan to delete it. */
async function planned(person: Person): Promise<{ url: string; plan_id: string }> {
  const url = `https://app.example.com/${++urls}`
  const args = { ...where, url, valid_types: [{ type: 'LOGIN' }], do_not_promote_defaults: true }
  expectDone(await two.call(person, 'createRedirectURL', args))
  const answer = await two.call(person, 'deleteRedirectURL', { ...where, url })
  const { plan } = expectDone(answer) as { plan: { plan_id: string } }
  return { url, plan_id: plan.plan_id }
}

const apply = (person: Person, plan_id: string) =>
  two.call(person, 'applyPlan', { plan_id, confirm_phrase: phrase })

async function linked(person: Person): Promise<string> {
  const { reveal_url } = expectDone(await two.call(person, 'createSecret', where))
  return reveal_url as string
}

/** How often Stytch was asked to delete a redirect URL. */
function deletions(url: string): number {
  const named = (line: string) => decodeURIComponent(line).endsWith(url)
  return two.managed.filter((line) => line.startsWith('DELETE ') && named(line)).length
}

/** Code of a tool error or of a refusal, or `done`; `lost` where no answer came. */
function outcome(answer: Came<Answer>): string {
  if (answer === undefined) return 'lost'
  if (typeof answer.error === 'string') return answer.error
  if (answer.result === undefined) throw new Error(JSON.stringify(answer))
  if (!answer.result.isError) return 'done'
  return JSON.parse(answer.result.content?.[0]?.text ?? '').error.code
}

function expectDone(answer: Came<Answer>): Record<string, unknown> {
  if (outcome(answer) !== 'done') throw new Error(JSON.stringify(answer))
  return answer?.result?.structuredContent ?? {}
}

const times = <T>(count: number, act: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => act(i)))

describe('both alive:', () => {
  started()
  test('a plan that is applied at both at once is applied once', async () => {
    const person = await two.newPerson()
    const { url, plan_id } = await planned(person)
    const before = [...two.counts]
    const outcomes = await times(2, async () => outcome(await apply(person, plan_id)))
    expect(two.counts.map((count, i) => count - (before[i] as number))).toEqual([1, 1])
    expect(outcomes.sort()).toEqual(['done', 'not_found'])
    expect(deletions(url)).toBe(1)
  }, 20_000)

  test('a secret behind a link that is opened at both at once is shown once', async () => {
    const person = await two.newPerson()
    const link = await linked(person)
    const shown = await times(6, () => two.reveal(person, link))
    expect(shown.map((each) => each?.status).sort()).toEqual([200, 404, 404, 404, 404, 404])
    expect(shown.filter((each) => each?.value !== undefined)).toHaveLength(1)
  }, 20_000)

  test('a key of the client’s own makes one thing, wherever it is repeated', async () => {
    const person = await two.newPerson()
    const args = { ...where, idempotency_key: 'a key' }
    const made = () =>
      two.managed.filter((line) => line.startsWith('POST ') && line.includes('public_tokens'))
    const before = made().length
    const outcomes = await times(4, async () =>
      outcome(await two.call(person, 'createPublicToken', args)),
    )
    for (const one of outcomes) expect(one).toBeOneOf(['done', 'in_progress'])
    expect(outcomes).toContain('done')
    const again = await times(2, async () =>
      outcome(await two.call(person, 'createPublicToken', args)),
    )
    expect(again).toEqual(['done', 'done'])
    expect(made()).toHaveLength(before + 1)
  }, 20_000)

  test('writes of one person are counted together, and those of another apart', async () => {
    const [person, other] = [await two.newPerson(), await two.newPerson()]
    const write = (who: Person) =>
      two.call(who, 'createRedirectURL', {
        ...where,
        url: `https://app.example.com/${++urls}`,
        valid_types: [{ type: 'LOGIN' }],
      })
    const before = [...two.counts]
    const outcomes: string[] = []
    for (let round = 0; round < 4; round++) {
      outcomes.push(...(await times(4, async () => outcome(await write(person)))))
    }
    expect(two.counts.map((count, i) => count - (before[i] as number))).toEqual([8, 8])
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(10)
    expect(outcomes.filter((one) => one === 'rate_limited')).toHaveLength(6)
    expect(outcome(await write(other))).toBe('done')
  }, 20_000)

  test('each keeps an audit trail of its own, and together they are one', async () => {
    const person = await two.newPerson()
    await times(2, () => planned(person))
    const trails = two.servers.map(({ lines }) => lines())
    for (const lines of trails) {
      expect(await verifyAudit(lines)).toMatchObject({ ok: true, epochs: 1, lost: 0 })
    }
    expect(await verifyAudit(trails.flat())).toMatchObject({ ok: true, epochs: 2, lost: 0 })
  })
})

describe('their Redis dies:', () => {
  started()
  test('they read on and destroy nothing, and go on when it is back', async () => {
    const person = await two.newPerson()
    const { url, plan_id } = await planned(person)
    const link = await linked(person)
    const look = async () => outcome(await two.call(person, 'getRedirectURL', { ...where, url }))
    await two.redis.kill()
    expect(await times(2, look)).toEqual(['done', 'done'])
    const refused = await times(2, async () => outcome(await apply(person, plan_id)))
    expect(refused).toEqual(['temporarily_unavailable', 'temporarily_unavailable'])
    // There is nowhere to keep a plan.
    const replanned = await two.call(person, 'deleteRedirectURL', { ...where, url })
    expect(outcome(replanned)).not.toBe('done')
    expect(deletions(url)).toBe(0)
    for (const shown of await times(2, () => two.reveal(person, link))) {
      // Not 404, as if it had been used.
      expect(shown?.status).toBeGreaterThanOrEqual(500)
      expect(shown?.value).toBeUndefined()
    }

    await two.redis.restart()
    const plan = async () => two.call(person, 'deleteRedirectURL', { ...where, url })
    let plans = await times(2, plan)
    while (plans.some((each) => outcome(each) !== 'done')) plans = await times(2, plan)
    const { plan: anew } = expectDone(plans[0]) as { plan: { plan_id: string } }
    expect(outcome(await apply(person, anew.plan_id))).toBe('done')
    expect(deletions(url)).toBe(1)
  }, 30_000)
})

describe('one dies at work:', () => {
  started()
  test('no handle is used twice, and the other goes on', async () => {
    const people = await times(8, () => two.newPerson())
    const all = await Promise.all(
      people.map(async (person) => ({
        person,
        plan: await planned(person),
        links: await times(3, () => linked(person)),
      })),
    )
    const [survivor, victim] = two.servers
    const before = two.statuses.length

    /** Uses every plan once, every link so many times, and looks around meanwhile. */
    const useAll = (reveals: number) =>
      Promise.all(
        all.map(async ({ person, plan, links }) => {
          const [applied, shown, seen] = await Promise.all([
            apply(person, plan.plan_id).then(outcome),
            times(links.length * reveals, (i) =>
              two.reveal(person, links[i % links.length] as string),
            ),
            times(2, async () => outcome(await two.call(person, 'getAllRedirectURLs', where))),
          ])
          return { applied, shown, seen }
        }),
      )

    const first = useAll(2)
    while (two.statuses.length < before + 10) await Bun.sleep(1)
    await victim.keepAtWork()
    const dead = victim.kill()
    const atWork = await first
    await dead
    const after = await useAll(1)

    // A call was cut off, or this shows nothing; none was by the one that lives.
    expect(JSON.stringify(atWork)).toContain('"lost"')
    expect(JSON.stringify(after)).not.toContain('"lost"')
    expect(two.statuses.filter((status) => status >= 500)).toEqual([])
    for (const { seen } of after) expect(seen).toEqual(['done', 'done'])

    for (const [i, { plan, links }] of all.entries()) {
      const outcomes = [atWork[i]?.applied, after[i]?.applied]
      const done = outcomes.filter((one) => one === 'done').length
      for (const one of outcomes) expect(one).toBeOneOf(['done', 'not_found', 'lost'])
      // What one of them was about to do when it died, it may have done, or not; nobody does it again.
      expect(deletions(plan.url)).toBeWithin(done, 2)
      if (!outcomes.includes('lost')) expect(done).toBe(1)

      for (const [j] of links.entries()) {
        const uses = [atWork, after].flatMap((wave) =>
          (wave[i]?.shown ?? []).filter((_, use) => use % links.length === j),
        )
        const shown = uses.filter((use) => use?.value !== undefined).length
        expect(shown).toBeLessThanOrEqual(1)
        if (!uses.includes(undefined)) expect(shown).toBe(1)
      }
    }

    const trails = [survivor.lines(), victim.lines()]
    const verdicts = await Promise.all(trails.map((lines) => verifyAudit(lines)))
    for (const verdict of verdicts) expect(verdict).toMatchObject({ ok: true, epochs: 1, lost: 0 })
    expect(await verifyAudit(trails.flat())).toMatchObject({ ok: true, epochs: 2 })
    // Even one that died had written down what it was about to do.
    const intents = trails.flat().filter((line) => line.includes('"phase":"intent"'))
    for (const { plan } of all.filter(({ plan }) => deletions(plan.url) > 0)) {
      expect(intents.filter((line) => line.includes(`"${plan.url}"`))).not.toEqual([])
    }
  }, 60_000)
})
