/**
 * Asks the outside once, after the start, whether it agrees with the configuration. What is found here
 * would otherwise be found by the first person who cannot sign in, and by then nobody sees the cause.
 * Findings quote the configuration and never what came back: an answer may be anyone's.
 */
import type { Config } from './config.ts'
import { readKeySet } from './oauth/key-set.ts'
import { RESOURCE_METADATA_PATH, resourceMetadata } from './oauth/metadata.ts'
import { createAsk, Unreachable, type UpstreamAnswer } from './oauth/upstream.ts'
import type { Log } from './observe/log.ts'

/** Something the operator should know. Holds no secret. */
export interface Finding {
  /** `error`: nobody can sign in. `warning`: some cannot, or this could not be seen from here. */
  readonly level: 'note' | 'warning' | 'error'
  /** Stable name of what was checked. */
  readonly check: string
  readonly sentence: string
  /** What to do about it. */
  readonly mend: string
}

/** Milliseconds and bytes for one answer. */
const TIMEOUT = 5_000
const MAX_BYTES = 64 * 1024

/** Stytch's own host names for projects, next to which it offers custom ones. */
const DEFAULT_DOMAIN = /\.customers\.stytch\.(?:com|dev)$/

/** For answers no code expects, such as one nested deeper than the stack. */
const UNFINISHED: Finding = {
  level: 'warning',
  check: 'self_check',
  sentence: 'A part of the self-check could not be finished.',
  mend: 'Look at the well-known documents of this server and of STYTCH_DOMAIN.',
}

/**
 * Checks what clients meet on their way to a token: this server's metadata at its public address, the
 * authorization server's metadata, and its signing keys. The three are asked at the same time.
 *
 * @param fetch may fail, lie or never answer
 * @param timeout milliseconds after which a silent server counts as unreachable
 * @returns the findings, none when all is well. Never rejects, and takes no longer than `timeout`.
 */
export async function selfCheck(
  config: Config,
  fetch: typeof globalThis.fetch,
  timeout = TIMEOUT,
): Promise<readonly Finding[]> {
  const { domain } = config.stytch
  const ask = createAsk({ fetch, timeout, maxBytes: MAX_BYTES })
  const read = (url: string) => answerOf(within(timeout, ask(new URL(url))))

  const checks = [
    read(config.publicUrl + RESOURCE_METADATA_PATH).then((read) => resource(config, read)),
    read(`${domain}/.well-known/oauth-authorization-server`).then((read) =>
      authorizationServer(config, read),
    ),
    read(`${domain}/.well-known/jwks.json`).then((read) => signingKeys(config, read)),
  ]
  const findings = await Promise.all(checks.map((check) => check.catch(() => [UNFINISHED])))
  return findings.flat()
}

/**
 * The findings as text for a terminal.
 *
 * @returns one line each, the worst first; empty when there are none
 */
export function findingsText(findings: readonly Finding[]): string {
  const order = ['error', 'warning', 'note']
  return [...findings]
    .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .map(({ level, check, sentence, mend }) => `${level} ${check}: ${sentence} ${mend}`)
    .join('\n')
}

/**
 * A log that leaves out this server's answer to the self-check itself, so that a start on which all is
 * well prints no more than it means to.
 *
 * @param checking whether the self-check is under way
 */
export function withoutSelfCheck(log: Log, checking: () => boolean): Log {
  return (level, event, fields) => {
    const own = level === 'info' && fields?.path === RESOURCE_METADATA_PATH
    if (!(own && checking())) log(level, event, fields)
  }
}

/** An answer, or why there was none. */
type Read = { readonly status: number; readonly document: unknown } | { readonly reason: string }

async function answerOf(asked: Promise<UpstreamAnswer>): Promise<Read> {
  try {
    return await asked
  } catch (error) {
    return { reason: error instanceof Unreachable ? error.message : 'It could not be asked' }
  }
}

function resource(config: Config, read: Read): Finding[] {
  const url = config.publicUrl + RESOURCE_METADATA_PATH
  const document = documentOf(read)
  if (document === undefined) {
    return [
      {
        level: 'warning',
        check: 'resource_metadata',
        sentence: `${url} cannot be read from here (${whyNot(read)}), and clients start there.`,
        mend: 'Open it in a browser. If that fails too, check PUBLIC_URL and what stands in front of this server.',
      },
    ]
  }
  if (JSON.stringify(document) === JSON.stringify(resourceMetadata(config))) return []
  return [
    {
      level: 'error',
      check: 'resource_metadata',
      sentence: `${url} is answered with something else than this server’s metadata.`,
      mend: 'Point PUBLIC_URL at this server, and let what stands in front of it pass /.well-known/ on unchanged.',
    },
  ]
}

function authorizationServer(config: Config, read: Read): Finding[] {
  const { domain } = config.stytch
  const url = `${domain}/.well-known/oauth-authorization-server`
  const document = documentOf(read)
  if (document === undefined) {
    return isUnsetAuthorizationUrl(read)
      ? [authorizationUrl(config, 'is not set')]
      : [
          {
            level: 'error',
            check: 'authorization_server',
            sentence: `${url} cannot be read (${whyNot(read)}), so nobody can sign in.`,
            mend: 'Check the network and STYTCH_DOMAIN.',
          },
        ]
  }

  const findings: Finding[] = []
  if (document.issuer !== domain) {
    findings.push({
      level: 'error',
      check: 'issuer',
      sentence: `The issuer named at ${url} is not ${domain}, so clients stop there.`,
      mend: 'Set STYTCH_DOMAIN to exactly the issuer in that document.',
    })
  }
  if (document.authorization_endpoint !== `${config.publicUrl}/oauth/authorize`) {
    findings.push(authorizationUrl(config, 'is another than this server’s sign-in page'))
  }
  if (!offers(document.code_challenge_methods_supported, 'S256')) {
    findings.push({
      level: 'error',
      check: 'pkce',
      sentence:
        'The authorization server does not offer PKCE with S256, and MCP clients stop without it.',
      mend: 'Check that STYTCH_DOMAIN is a Stytch project with Connected Apps.',
    })
  }
  return [...findings, ...registration(document), ...responseIssuer(config, document)]
}

function authorizationUrl({ publicUrl }: Config, what: string): Finding {
  return {
    level: 'error',
    check: 'authorization_url',
    sentence: `The authorization URL of the Stytch project ${what}, so people are not sent here to sign in.`,
    mend: `In the Stytch dashboard, under Connected Apps, set it to ${publicUrl}/oauth/authorize`,
  }
}

function registration(document: Members): Finding[] {
  if (typeof document.registration_endpoint === 'string') return []
  const byDocument = document.client_id_metadata_document_supported === true
  return [
    {
      level: byDocument ? 'note' : 'warning',
      check: 'registration',
      sentence: byDocument
        ? 'Clients can register by a metadata document only; many know no other way than dynamic registration.'
        : 'Clients cannot register themselves: only those you have registered can connect.',
      mend: 'In the Stytch dashboard, under Connected Apps, allow dynamic client registration.',
    },
  ]
}

/** RFC 9207. What the responses really hold is seen by clients only. */
function responseIssuer({ stytch }: Config, document: Members): Finding[] {
  const check = 'response_issuer'
  if (DEFAULT_DOMAIN.test(new URL(stytch.domain).hostname)) {
    const sentence = `Stytch documents that on its default domains authorization responses name stytch.com/${stytch.projectId} as issuer; clients of MCP 2026-07-28 refuse that.`
    return [{ level: 'note', check, sentence, mend: 'Give the project a custom domain.' }]
  }
  if (document.authorization_response_iss_parameter_supported === true) return []
  const sentence =
    'The authorization server does not say that its responses name it (RFC 9207), so clients cannot notice a mix-up.'
  return [{ level: 'note', check, sentence, mend: 'There is nothing to do on this server.' }]
}

async function signingKeys({ stytch }: Config, read: Read): Promise<Finding[]> {
  const url = `${stytch.domain}/.well-known/jwks.json`
  const finding = (what: string): Finding => ({
    level: 'error',
    check: 'signing_keys',
    sentence: `${url} ${what}, so no access token can be verified.`,
    mend: 'Check the network and STYTCH_DOMAIN.',
  })
  const document = documentOf(read)
  if (document === undefined) return [finding(`cannot be read (${whyNot(read)})`)]
  return readKeySet(document).then(
    () => [],
    () => [finding('holds no set of RSA keys that is safe to use')],
  )
}

type Members = Readonly<Record<string, unknown>>

/** The answer's JSON object, when the answer is good. */
function documentOf(read: Read): Members | undefined {
  return 'status' in read && read.status === 200 && isObject(read.document)
    ? read.document
    : undefined
}

function whyNot(read: Read): string {
  if ('reason' in read) return read.reason.toLowerCase()
  return read.status === 200 ? 'not a JSON object' : `answered ${read.status}`
}

/** Stytch has no metadata to give before it knows where people sign in. */
function isUnsetAuthorizationUrl(read: Read): boolean {
  if (!('status' in read) || read.status !== 400 || !isObject(read.document)) return false
  const { error, error_type } = read.document
  return [error, error_type].includes('authorization_endpoint_not_configured_for_project')
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function offers(list: unknown, value: string): boolean {
  return Array.isArray(list) && list.includes(value)
}

/** For a `fetch` that ignores its signal. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreachable('No answer in time')), ms)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
