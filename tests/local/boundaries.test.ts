import { expect, test } from 'bun:test'
import { Glob } from 'bun'

const ROOM = new URL('../../src/local/', import.meta.url).pathname
const ALLOWED = /^(?:\.{1,2}\/|hono$|hono\/|jose$|zod$)/

test('the room imports nothing of the product and no runtime built-in', async () => {
  const strays: string[] = []
  for await (const file of new Glob('**/*.ts').scan(ROOM)) {
    const source = await Bun.file(ROOM + file).text()
    for (const [, specifier = ''] of source.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
      const target = new URL(specifier, `file://${ROOM}${file}`).pathname
      const inside = !specifier.startsWith('.') || target.startsWith(ROOM)
      if (!ALLOWED.test(specifier) || !inside) strays.push(`${file}: ${specifier}`)
    }
    if (/\b(?:process|Bun|Deno|Buffer)\./.test(source)) strays.push(`${file}: runtime global`)
  }
  expect(strays).toEqual([])
})
