/**
 * A request can ask for less than the server offers: `/mcp?toolsets=projects,secrets&readonly`, or the
 * same in headers. It never gets more, and what cannot be understood is refused: a misspelt restriction
 * that restricted nothing would be worse than none. Tools are what is named; what goes with them comes with
 * them: resources that tell the same, prompts, and the way to approve what they plan.
 */
import { CONFIRMATION } from './apply-plan.ts'
import type { Catalogue } from './catalogue.ts'
import type { Tool } from './tool.ts'
import { beside, type Visible } from './visible.ts'

/** What a request is to see, or why that cannot be said. */
export type Narrowing =
  | { readonly ok: true; readonly visible: Visible }
  | { readonly ok: false; readonly reason: string }

/** Query parameter → header that says the same. */
const FORMS = {
  toolsets: 'x-mcp-toolsets',
  tools: 'x-mcp-tools',
  readonly: 'x-mcp-readonly',
} as const

/** Headers a browser client may send. */
export const NARROWING_HEADERS: readonly string[] = [
  'X-MCP-Toolsets',
  'X-MCP-Tools',
  'X-MCP-Readonly',
]

const MAX_LENGTH = 2_048
/** Views kept; there is one for each combination somebody asked for. */
const MAX_VIEWS = 200

/**
 * Makes the reader of what requests want to see.
 *
 * @param catalogue everything that is offered: a name that is not among it is refused
 * @returns a function of a request: its query and its headers both count, so each can only take away
 */
export function createNarrowing(catalogue: Catalogue): (request: Request) => Narrowing {
  const { tools, resources, templates, prompts } = catalogue
  const toolsets = new Set([...tools.values()].map(({ toolset }) => toolset))
  const everything: Narrowing = { ok: true, visible: { catalogue, scope: '' } }
  const views = new Map<string, Narrowing>()

  /** The same view for the same tools, however they were asked for. */
  function view(admits: (tool: Tool) => boolean): Narrowing {
    const plans = [...tools.values()].some(
      (tool) => tool.applyPlanned !== undefined && admits(tool),
    )
    const admitted = [...tools].filter(
      ([, tool]) => admits(tool) || (plans && tool.toolset === CONFIRMATION),
    )
    const scope = `only ${admitted.map(([name]) => name).join(' ')}`
    const known = views.get(scope)
    if (known !== undefined) return known
    const names = new Map(admitted)
    const shown = beside(names)
    const narrowed = {
      ...catalogue,
      whole: catalogue,
      tools: names,
      resources: new Map([...resources].filter(([, one]) => shown(one))),
      templates: templates.filter(shown),
      prompts: new Map([...prompts].filter(([, one]) => shown(one))),
    }
    const made: Narrowing = { ok: true, visible: { catalogue: narrowed, scope } }
    if (views.size >= MAX_VIEWS) views.clear()
    views.set(scope, made)
    return made
  }

  function narrowed(request: Request): Narrowing {
    const query = new URL(request.url).searchParams
    if ([...query.keys()].some((name) => !Object.hasOwn(FORMS, name))) {
      return refused(`The query may hold ${Object.keys(FORMS).join(', ')} and nothing else`)
    }
    const asked = (form: keyof typeof FORMS) => {
      const header = request.headers.get(FORMS[form])
      return [...query.getAll(form), ...(header === null ? [] : [header])]
    }
    const sets = asked('toolsets').map(names)
    const named = asked('tools').map(names)
    const readonly = asked('readonly').map(flag)
    if (sets.length + named.length + readonly.length === 0) return everything

    if (!sets.every((list) => list?.every((name) => toolsets.has(name)))) {
      return refused('toolsets must name toolsets this server offers, with commas between')
    }
    if (!named.every((list) => list?.every((name) => tools.has(name)))) {
      return refused('tools must name tools this server offers, with commas between')
    }
    if (readonly.includes(undefined)) return refused('readonly must be true or false')

    const inAll = (lists: readonly (readonly string[] | undefined)[], name: string) =>
      lists.every((list) => list?.includes(name))
    return view(
      (tool) =>
        (!readonly.includes(true) || tool.risk === 'read') &&
        inAll(sets, tool.toolset) &&
        inAll(named, tool.name),
    )
  }

  return (request) => (asksNothing(request) ? everything : narrowed(request))
}

/** Most requests have no query and none of the headers, and need not be parsed to say so. */
function asksNothing({ url, headers }: Request): boolean {
  if (url.includes('?')) return false
  for (const header of HEADERS) if (headers.has(header)) return false
  return true
}

const HEADERS = Object.values(FORMS)

/** The names of a list, or `undefined` when it is none. */
function names(text: string): readonly string[] | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const list = text.split(',').map((name) => name.trim())
  return list.includes('') ? undefined : list
}

/** `?readonly` alone means yes. */
function flag(text: string): boolean | undefined {
  const value = text.trim().toLowerCase()
  if (value === '' || value === 'true' || value === '1') return true
  return value === 'false' || value === '0' ? false : undefined
}

function refused(reason: string): Narrowing {
  return { ok: false, reason }
}
