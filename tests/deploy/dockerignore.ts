/** Reads `.dockerignore` as Docker does: the last pattern that matches decides. */
import { Glob } from 'bun'

/**
 * Makes a filter of a `.dockerignore`.
 *
 * @param text the file
 * @returns whether a file, by its path from the folder that is built from, enters the build
 */
export function dockerignore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), glob: new Glob(line.replace(/^!/, '')) }))
  return (path) => {
    const parts = path.split('/')
    const selfAndParents = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    let enters = true
    for (const { keeps, glob } of rules) {
      if (selfAndParents.some((one) => glob.match(one))) enters = keeps
    }
    return enters
  }
}
