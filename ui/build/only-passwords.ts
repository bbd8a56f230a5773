/**
 * Leaves the sign-in methods nobody can choose out of the bundle. The SDK exports all of them as one
 * namespace, which keeps wallets, passkeys, One Tap and nineteen brand logos alive: 18 kB gzipped.
 */
import type { Plugin } from 'esbuild'
import { replaceModule } from './replace-module.ts'

const INDEX = /@stytch\/react\/dist\/esm\/index\.mjs$/
const PRODUCTS = /@stytch\/react\/dist\/esm\/packages\/web\/src\/ui\/b2c\/Products\.mjs$/
const NAMESPACE = /import \* as Products from '([^']+)';/

/** The esbuild plugin that makes `Products` hold passwords alone. */
export function onlyPasswords(): Plugin {
  const index = replaceModule('only-passwords: index', INDEX, (source) =>
    NAMESPACE.test(source)
      ? source.replace(
          NAMESPACE,
          "import { passwords } from '$1';\nconst Products = { passwords };",
        )
      : null,
  )
  const products = replaceModule('only-passwords: products', PRODUCTS, droppable)
  return {
    name: 'only-passwords',
    async setup(build) {
      await index.setup(build)
      await products.setup(build)
    },
  }
}

/** Marks each product as free of side effects; its computed keys make esbuild assume otherwise. */
function droppable(source: string): string | null {
  if (!source.includes('const passwords = {')) return null
  return source
    .replace(/^const (\w+) = \{$/gm, 'const $1 = /* @__PURE__ */ (() => ({')
    .replace(/^\};$/gm, '}))();')
}
