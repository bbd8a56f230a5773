/**
 * Lets the SDK's module load in a browser that blocks site data. It touches `localStorage` while it is
 * evaluated, which throws there and would leave a blank page; the page then says why itself.
 */
import type { Plugin } from 'esbuild'
import { replaceModule } from './replace-module.ts'

const STORAGE = /@stytch\/react\/dist\/esm\/packages\/web\/src\/utils\/storage\.mjs$/
const TOUCH = /makeSafeStorage\(globalThis\.(localStorage|sessionStorage)\)/g

const OR_NULL = `
function storageOrNull(name) {
  try {
    return globalThis[name]
  } catch {
    return null
  }
}
`

/** The esbuild plugin that makes the SDK treat blocked storage as missing. */
export function surviveBlockedStorage(): Plugin {
  return replaceModule('survive-blocked-storage', STORAGE, (source) =>
    source.match(TOUCH)?.length === 2
      ? source.replace(TOUCH, "makeSafeStorage(storageOrNull('$1'))") + OR_NULL
      : null,
  )
}
