/**
 * Edits one module of a dependency while it is bundled, and fails the build when that module is
 * gone: a silent miss would ship the thing the edit was there to prevent.
 */
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * An esbuild plugin that replaces the text of one module.
 *
 * @param name the plugin's name, for error messages
 * @param module matches the module's path, and no other's
 * @param edit returns the new text, or null when it does not recognise the old one
 */
export function replaceModule(
  name: string,
  module: RegExp,
  edit: (source: string) => string | null,
): Plugin {
  return {
    name,
    setup(build) {
      let found = 0
      build.onLoad({ filter: module }, async ({ path }) => {
        found += 1
        const contents = edit(await readFile(path, 'utf8'))
        if (contents === null) return { errors: [{ text: `${path} is not what ${name} expects.` }] }
        return { contents, loader: 'js' }
      })
      build.onEnd(() => {
        if (found === 1) return
        return { errors: [{ text: `${name}: ${found} modules match ${module}, expected one.` }] }
      })
    },
  }
}
