/** The npm package as `npm pack` makes it, once for all tests. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { run } from '../deploy/process.ts'

export const ROOT = resolve(import.meta.dir, '../..')
/** Where the file goes. */
const SHELF = join(ROOT, 'dist/packed')

/** What was packed. */
export interface Packed {
  /** Path of the file. */
  readonly tarball: string
  /** Bytes of the file, and of what is in it. */
  readonly size: number
  readonly unpackedSize: number
  /** By path, with their text. */
  readonly files: ReadonlyMap<string, string>
}

let made: Promise<Packed> | undefined

/**
 * Packs it as a release would, `prepack` included.
 *
 * @throws with what npm said, when it does not work
 */
export function packed(): Promise<Packed> {
  made ??= pack()
  return made
}

async function pack(): Promise<Packed> {
  await mkdir(SHELF, { recursive: true })
  const { code, text } = await run(['npm', 'pack', '--json', '--pack-destination', SHELF], {
    cwd: ROOT,
  })
  if (code !== 0) throw new Error(`npm pack failed:\n${text}`)
  const [, json = ''] = /^(\[\n[\s\S]*?^\])$/m.exec(text) ?? []
  const [{ filename, size, unpackedSize }] = JSON.parse(json)
  const tarball = join(SHELF, filename)
  const archive = new Bun.Archive(await Bun.file(tarball).bytes())
  const files = new Map<string, string>()
  for (const [path, file] of await archive.files()) {
    files.set(path.replace(/^package\//, ''), await file.text())
  }
  return { tarball, size, unpackedSize, files }
}
