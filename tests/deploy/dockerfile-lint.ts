/** What a Dockerfile of a server that strangers run must and must not say. */
import { execForm, parseCopy, parseDockerfile, parseHealthcheck, type Stage } from './dockerfile.ts'

/** What the lint asks about the folder that is built from. */
export interface BuildContext {
  /** Whether a path is in it, and not kept out by `.dockerignore`. */
  readonly has: (path: string) => boolean
}

/** Tags that mean another image tomorrow. */
const ROLLING = /:(latest|stable|lts|current|edge|nightly|slim|bookworm|trixie)$/
/** A version down to the minor number. */
const PINNED = /:\d+\.\d+[\w.-]*$/
const SECRET = /secret|token|password|passwd|key|credential/i

/**
 * Looks for what should not be.
 *
 * @returns a sentence for each finding
 */
export function lintDockerfile(text: string, context: BuildContext): string[] {
  const stages = parseDockerfile(text)
  const last = stages.at(-1)
  if (last === undefined) return ['There is no FROM.']
  return [
    ...(stages.length < 2 ? ['Everything is in one stage, and so in the image.'] : []),
    ...stages.flatMap((stage, index) => stageFindings(stage, stages.slice(0, index), context)),
    ...imageFindings(last),
  ]
}

function stageFindings(stage: Stage, before: readonly Stage[], context: BuildContext): string[] {
  const { base, name, instructions } = stage
  const findings: string[] = []
  if (name === undefined) findings.push(`FROM ${base} has no name.`)
  const known = before.some((one) => one.name === base) || base === 'scratch'
  if (!known && (!PINNED.test(base) || ROLLING.test(base))) {
    findings.push(`FROM ${base} is not pinned by a tag with a version.`)
  }
  for (const { name, value } of instructions) {
    if (name === 'ADD')
      findings.push(`ADD ${value}: COPY copies, and nothing should be downloaded.`)
    if ((name === 'ENV' || name === 'ARG') && SECRET.test(value)) {
      findings.push(`${name} ${value}: it would stay in the image.`)
    }
    if (name === 'COPY') findings.push(...copyFindings(value, before, context))
    if (name === 'RUN') findings.push(...runFindings(value))
    if ((name === 'CMD' || name === 'ENTRYPOINT') && execForm(value) === undefined) {
      findings.push(`${name} ${value}: a shell would stand between it and its signals.`)
    }
    if (name === 'MAINTAINER') findings.push('MAINTAINER is deprecated.')
  }
  return findings
}

function copyFindings(value: string, before: readonly Stage[], { has }: BuildContext): string[] {
  const { from, sources } = parseCopy(value)
  if (from !== undefined) {
    return before.some(({ name }) => name === from) ? [] : [`COPY ${value}: there is no ${from}.`]
  }
  return sources.flatMap((source) => {
    if (source === '.') return [`COPY ${value}: everything there is would be copied.`]
    return has(source) ? [] : [`COPY ${value}: there is no ${source}.`]
  })
}

function runFindings(value: string): string[] {
  const findings: string[] = []
  if (/\bnpm (?:install|i|add)\b/.test(value)) {
    findings.push(`RUN ${value}: npm ci installs what the lock file says, and nothing else.`)
  }
  if (/\b(?:curl|wget)\b/.test(value)) findings.push(`RUN ${value}: nothing should be downloaded.`)
  if (/\bsudo\b/.test(value)) findings.push(`RUN ${value}: sudo has no use here.`)
  return findings
}

function imageFindings({ instructions }: Stage): string[] {
  const at = (name: string) => instructions.findLastIndex((one) => one.name === name)
  const value = (name: string) => instructions[at(name)]?.value
  const findings: string[] = []
  const user = value('USER')
  if (user === undefined || /^(root|0)(:|$)/.test(user)) findings.push('It runs as root.')
  else if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) {
    findings.push(`USER ${user}: an orchestrator can only tell by numbers that it is not root.`)
  }
  if (at('CMD') < 0) findings.push('There is no CMD.')
  else if (at('CMD') < at('USER')) findings.push('CMD stands before USER.')
  if (at('STOPSIGNAL') < 0) findings.push('There is no STOPSIGNAL.')
  if (at('EXPOSE') < 0) findings.push('There is no EXPOSE.')
  const health = value('HEALTHCHECK')
  if (health === undefined) return [...findings, 'There is no HEALTHCHECK.']
  const { command, options } = parseHealthcheck(health)
  if (command === undefined) findings.push('HEALTHCHECK is not in exec form.')
  for (const option of ['interval', 'timeout', 'retries']) {
    if (options[option] === undefined) findings.push(`HEALTHCHECK leaves --${option} to chance.`)
  }
  return findings
}
