/**
 * Follows a Dockerfile where there is no container engine: each stage is a folder, COPY copies, and every
 * RUN is run there, in order. What it cannot show is the base image.
 */
import { chmod, cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { parseCopy, parseDockerfile, type Stage } from './dockerfile.ts'
import { dockerignore } from './dockerignore.ts'
import { run } from './process.ts'

/** The last stage, made. */
export interface Image {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** The value of an instruction of the stage. */
  value(instruction: string): string | undefined
  /** A command of the image as it is called from outside: what is in the image is found in its folder. */
  outside(command: readonly string[]): Promise<string[]>
}

/** The folder that is built from. */
export interface Context {
  readonly root: string
  readonly files: readonly string[]
}

/** What is in a repository, without what git ignores, as far as `.dockerignore` lets it in. */
export async function buildContext(root: string): Promise<Context> {
  const listed = await run(['git', 'ls-files', '-co', '--exclude-standard', '-z'], { cwd: root })
  if (listed.code !== 0) throw new Error(listed.text)
  const enters = dockerignore(await Bun.file(join(root, '.dockerignore')).text())
  const files: string[] = []
  for (const path of listed.text.split('\0')) {
    // Git still lists what was deleted and not committed.
    if (path !== '' && enters(path) && (await Bun.file(join(root, path)).exists())) files.push(path)
  }
  return { root, files }
}

/**
 * Makes every stage.
 *
 * @returns the last one, and the folder all of them are in, to be removed
 * @throws with what it printed, when a RUN fails
 */
export async function build(
  dockerfile: string,
  context: Context,
): Promise<{ image: Image; scratch: string }> {
  const scratch = await mkdtemp(join(tmpdir(), 'stytch-mcp-image-'))
  // The user the image runs as is not the one who builds it.
  await chmod(scratch, 0o755)
  try {
    return { image: await makeAll(parseDockerfile(dockerfile), scratch, context), scratch }
  } catch (error) {
    await rm(scratch, { recursive: true })
    throw error
  }
}

async function makeAll(
  stages: readonly Stage[],
  scratch: string,
  context: Context,
): Promise<Image> {
  const folders = new Map<string, string>()
  let image: Image | undefined
  for (const stage of stages) {
    const folder = join(scratch, stage.name as string)
    folders.set(stage.name as string, folder)
    image = await make(stage, folder, folders, context)
  }
  return image as Image
}

async function make(
  { base, instructions }: Stage,
  folder: string,
  folders: ReadonlyMap<string, string>,
  context: Context,
): Promise<Image> {
  if (folders.has(base)) throw new Error(`FROM ${base}: stages on stages are not known here`)
  const env: Record<string, string> = {}
  let workdir = '/'
  await mkdir(folder, { recursive: true })
  for (const { name, value } of instructions) {
    const here = join(folder, workdir)
    if (name === 'WORKDIR') {
      workdir = value
      await mkdir(join(folder, workdir), { recursive: true })
    } else if (name === 'ENV') {
      const [key, ...rest] = value.split('=')
      env[key as string] = rest.join('=')
    } else if (name === 'COPY') {
      await copy(value, { folder, here, folders, context })
    } else if (name === 'RUN') {
      const said = await run(['/bin/sh', '-c', value], { cwd: here, env: buildEnvironment(env) })
      if (said.code !== 0) throw new Error(`RUN ${value}\n${said.text}`)
    }
  }
  return {
    folder,
    env,
    value: (instruction) => instructions.findLast(({ name }) => name === instruction)?.value,
    outside: (command) => Promise.all(command.map((word) => found(folder, word))),
  }
}

/** What was installed here before need not be fetched again. */
function buildEnvironment(env: Record<string, string>): Record<string, string | undefined> {
  const { PATH, HOME, npm_config_cache, npm_config_registry } = process.env
  return {
    PATH,
    HOME,
    npm_config_cache,
    npm_config_registry,
    npm_config_prefer_offline: 'true',
    ...env,
  }
}

async function copy(
  value: string,
  at: {
    readonly folder: string
    readonly here: string
    readonly folders: ReadonlyMap<string, string>
    readonly context: Context
  },
): Promise<void> {
  const { from, sources, target } = parseCopy(value)
  const to = target.startsWith('/') ? join(at.folder, target) : join(at.here, target)
  if (from !== undefined) {
    await mkdir(dirname(to), { recursive: true })
    await cp(join(at.folders.get(from) as string, sources[0] as string), to)
    return
  }
  for (const source of sources) {
    const files = at.context.files.filter((f) => f === source || f.startsWith(`${source}/`))
    if (files.length === 0) throw new Error(`COPY ${value}: there is no ${source}`)
    for (const file of files) {
      const rest = relative(source, file)
      const intoFolder = target.endsWith('/')
      const path = rest !== '' ? join(to, rest) : intoFolder ? join(to, source) : to
      await mkdir(dirname(path), { recursive: true })
      await cp(join(at.context.root, file), path)
    }
  }
}

async function found(folder: string, word: string): Promise<string> {
  if (!word.startsWith('/')) return word
  const inside = join(folder, word)
  return stat(inside).then(
    () => inside,
    () => word,
  )
}
