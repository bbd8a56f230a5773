/**
 * Lets a second bundle use parts of the first instead of holding them again. The pages' script exports
 * what `ui/shared.ts` names; whoever imports that file, or writes JSX, imports the built script.
 */
import type { Plugin } from 'esbuild'

const SHARED = /(?:^|\/)shared\.ts$|^preact\/jsx-runtime$/

/**
 * The esbuild plugin that turns those imports into one of a path.
 *
 * @param app path of the pages' script on our origin
 */
export function takeFromApp(app: string): Plugin {
  return {
    name: 'take-from-app',
    setup(build) {
      build.onResolve({ filter: SHARED }, () => ({ path: app, external: true }))
    },
  }
}
