/**
 * The suite's authorization-server scenarios, against Local Stytch and our consent page. A person is
 * played: the suite prints where to go, and waits for its callback.
 */
import { LOCAL_PROJECT } from '../../src/config.ts'
import { signInHeadless } from '../support/headless-sign-in.ts'
import { CLIENT_ID } from './server.ts'
import { readResults, type Scenario, spawnSuite, withScratch } from './suite.ts'
import type { UnderTest } from './under-test.ts'

/** Both scenarios, always together: the second needs what the first found. */
const SCENARIOS = ['authorization-server-metadata-endpoint', 'authorization-code-grant']

/**
 * Runs the scenarios.
 *
 * @throws when one has no result
 */
export async function runAuthorizationServer(underTest: UnderTest): Promise<Scenario[]> {
  const { localStytch, callbackPort } = underTest
  const args = ['--url', localStytch, '--client-id', CLIENT_ID, '-p', `${callbackPort}`]
  const results = await withScratch(async (scratch) => {
    const suite = spawnSuite(['authorization', ...args], scratch)
    const errors = new Response(suite.stderr).text()
    let printed = ''
    let visited = false
    for await (const chunk of suite.stdout.pipeThrough(new TextDecoderStream())) {
      printed += chunk
      const url = printed.match(/(http:\S+response_type=code\S*)\s/)?.[1]
      if (visited || url === undefined) continue
      visited = true
      const back = await signInHeadless(new URL(url), localStytch, LOCAL_PROJECT.publicToken)
      await fetch(back)
    }
    await suite.exited
    const found = await readResults(scratch)
    if (found.size === 0) throw new Error(`the suite left no results:\n${printed}\n${await errors}`)
    return found
  })
  return SCENARIOS.map((name) => {
    const checks = [...results].find(([folder]) => folder.endsWith(name))?.[1]
    if (checks === undefined) throw new Error(`${name} has no result`)
    return { name, scored: true, checks }
  })
}
