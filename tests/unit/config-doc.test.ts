/** `docs/configuration.md` names every variable and no other. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { variables } from '../../src/config-variables.ts'

test('every variable is documented', async () => {
  const text = await Bun.file(join(import.meta.dir, '../../docs/configuration.md')).text()
  const documented = [...text.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name)
  // Deno Deploy sets this one itself.
  const ours = Object.keys(variables.shape).filter((name) => name !== 'DENO_DEPLOYMENT_ID')
  expect(documented.sort()).toEqual(ours.sort())
})
