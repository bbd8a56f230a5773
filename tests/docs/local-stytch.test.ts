/** `docs/local-stytch.md` is copied from: what it names is what `npm start` brings along, and works there. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { SEED_USERS } from '../../src/local/index.ts'
import { createFixture } from '../support/fixture.ts'

const DOCUMENT = await Bun.file(join(import.meta.dir, '../../docs/local-stytch.md')).text()
const BLOCKS = [...DOCUMENT.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block as string)

/** What an example asks, and as whom. */
const CURL = /^curl -u (\S+?):(\S+)\s+(?:\\\n\s*)?(http:\/\/localhost:3001\S+)$/gm

test('its curl examples have the credentials of the server beside it, and are answered', async () => {
  const examples = BLOCKS.flatMap((block) => [...block.matchAll(CURL)])
  expect(examples).toHaveLength(BLOCKS.join('').split('curl -u').length - 1)
  expect(examples).not.toBeEmpty()
  const { local } = createFixture()
  for (const [, id, secret, url] of examples) {
    expect({ id, secret }).toEqual({
      id: LOCAL_PROJECT.workspaceKeyId,
      secret: LOCAL_PROJECT.workspaceKeySecret,
    })
    const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
    expect((await local.fetch(new Request(url as string, { headers }))).status).toBe(200)
  }
})

test('every id of a project, a key or a person in it is one there', () => {
  const there = [
    ...Object.values(LOCAL_PROJECT),
    ...Object.values(SEED_USERS).map(({ userId }) => userId),
  ]
  const ids = DOCUMENT.match(/\b(?:project|workspace-key|user)-test-[0-9a-z]{8}(?:-[0-9a-z]+)+/g)
  expect(ids?.length).toBeGreaterThan(2)
  expect(ids?.filter((id) => !there.includes(id as never))).toEqual([])
})
