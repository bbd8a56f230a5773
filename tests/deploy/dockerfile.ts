/** Reads a Dockerfile: instructions by stage, as far as `deploy/Dockerfile` needs the language. */

/** One instruction, its continued lines joined. */
export interface Instruction {
  readonly name: string
  readonly value: string
}

/** What begins with FROM. */
export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

/**
 * Splits a Dockerfile into stages.
 *
 * @throws when something stands before the first FROM
 */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, word, value] = /^\s*([A-Za-z]+)\s+(.+?)\s*$/.exec(line) ?? []
    if (word === undefined || value === undefined) throw new Error(`No instruction: ${line}`)
    const name = word.toUpperCase()
    if (name === 'FROM') {
      const [base, , alias] = value.split(/\s+/)
      stages.push({ base: base as string, name: alias, instructions: [] })
      continue
    }
    const stage = stages.at(-1)
    if (stage === undefined) throw new Error(`${name} before FROM`)
    stage.instructions.push({ name, value })
  }
  return stages
}

/** A COPY instruction taken apart. */
export interface Copy {
  /** The stage it copies from; the folder that is built from when absent. */
  readonly from: string | undefined
  readonly sources: readonly string[]
  readonly target: string
}

/** Takes a COPY instruction apart; flags other than `--from` are not known. */
export function parseCopy(value: string): Copy {
  const words = value.split(/\s+/)
  const flags = words.filter((word) => word.startsWith('--'))
  const unknown = flags.find((flag) => !flag.startsWith('--from='))
  if (unknown !== undefined) throw new Error(`COPY ${unknown} is not known here`)
  const paths = words.filter((word) => !word.startsWith('--'))
  return {
    from: flags[0]?.slice('--from='.length),
    sources: paths.slice(0, -1),
    target: paths.at(-1) as string,
  }
}

/** The words of an instruction in exec form; `undefined` when it is in shell form. */
export function execForm(value: string): string[] | undefined {
  try {
    const words: unknown = JSON.parse(value)
    const isExec = Array.isArray(words) && words.every((word) => typeof word === 'string')
    return isExec ? words : undefined
  } catch {
    return undefined
  }
}

/** What follows `CMD` in a HEALTHCHECK, and its options in seconds. */
export function parseHealthcheck(value: string): {
  readonly command: string[] | undefined
  readonly options: Readonly<Record<string, number>>
} {
  const [before = '', command = ''] = value.split(/\bCMD\s+/, 2)
  const options = [...before.matchAll(/--([a-z-]+)=(\d+)s?/g)].map(([, name, number]) => [
    name,
    Number(number),
  ])
  return { command: execForm(command), options: Object.fromEntries(options) }
}
