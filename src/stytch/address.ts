/**
 * From a path template and its values to a URL. Checked on the way in, by kind, and again once the URL is
 * built: `URL` resolves dot segments even when they are percent-encoded, and an address that has become
 * another one must not be asked. The second check knows nothing of the first.
 */
import { type IdentifierKind, isIdentifier } from './identifiers.ts'

/** The parameters a path template names, for example `'project_slug' | 'secret_id'`. */
type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersOf<Rest>
  : never

/** A value for each parameter of a path template. */
export type PathValues<Path extends string> = { readonly [Name in ParametersOf<Path>]: string }

/** Values for the query; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | boolean | undefined>>

/** Thrown for an argument that may not become part of an address. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument'

  /** @param field the name of the argument */
  constructor(readonly field: string) {
    super('An argument may not become part of an address.')
  }
}

const PARAMETER = /\{([a-z_]+)\}/g
const MAX_QUERY_VALUE = 4096

/**
 * Builds an address.
 *
 * @param origin scheme, host and port, as `URL.origin` has them
 * @param template for example `/pwa/v3/projects/{project_slug}`
 * @throws {BadArgument} when a value is not of its kind, or the URL is not what the template says
 */
export function addressOf(
  origin: string,
  template: string,
  values: Readonly<Record<string, unknown>>,
  query: Query = {},
): URL {
  const path = template.replace(PARAMETER, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (!isIdentifier(name as IdentifierKind, value)) throw new BadArgument(name)
    return value
  })
  const url = addressAt(origin, template, path)
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (!isQueryValue(value)) throw new BadArgument(name)
    url.searchParams.set(name, String(value))
  }
  return url
}

/**
 * The second barrier: the URL a path makes at an origin, if that is the address the template describes.
 *
 * @param path the template with its parameters replaced, by whatever
 * @throws {BadArgument} when origin, number of segments or any segment is not the template's
 */
export function addressAt(origin: string, template: string, path: string): URL {
  const url = parsed(origin, path)
  const asked = url?.pathname.split('/') ?? []
  const meant = template.split('/')
  const same =
    url !== undefined &&
    url.origin === origin &&
    url.pathname === path &&
    asked.length === meant.length &&
    asked.every((segment, i) =>
      meant[i]?.startsWith('{') ? PLAIN.test(segment) : segment === meant[i],
    )
  if (!same) throw new BadArgument('path')
  return url
}

/** Nothing that any server, proxy or decoder could read as more than itself. */
const PLAIN = /^(?!\.+$)[A-Za-z0-9._-]+$/

function parsed(origin: string, path: string): URL | undefined {
  return URL.canParse(path, origin) ? new URL(path, origin) : undefined
}

/** A lone surrogate would be replaced on the way, and the answer be about something else. */
function isQueryValue(value: unknown): boolean {
  if (typeof value === 'boolean') return true
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_QUERY_VALUE &&
    value.isWellFormed()
  )
}
