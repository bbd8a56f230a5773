/**
 * What one request may see of what is declared. What it may not see does not exist for it: it is not
 * listed, and naming it is naming nothing.
 */
import type { Authenticated } from '../oauth/authenticate.ts'
import type { Principal } from '../oauth/principal.ts'
import type { UserinfoAnswer } from '../oauth/userinfo.ts'
import type { Caller } from './call-context.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'

/** A view of what is declared. */
export interface Visible {
  /** Of the server's own declarations, all or some. */
  readonly catalogue: Catalogue
  /** Names the view: requests with one scope see the same. The cursor of a list is good in its scope only. */
  readonly scope: string
}

/** A caller, with what this request of theirs may see. */
export interface Viewer extends Omit<Caller, 'userinfo'> {
  readonly visible: Visible
  /** The scopes the request took, once it was let through. Without them nothing may run. */
  decided?: readonly string[]
  userinfo(): Promise<UserinfoAnswer>
}

/** The viewer of one request. It holds no token, and leads to none. */
export class RequestViewer implements Viewer {
  readonly #caller: Authenticated
  readonly principal: Principal
  readonly requestId: string
  decided?: readonly string[]

  constructor(
    caller: Authenticated,
    readonly visible: Visible,
  ) {
    this.#caller = caller
    this.principal = caller.principal
    this.requestId = caller.requestId
  }

  userinfo(): Promise<UserinfoAnswer> {
    return this.#caller.userinfo()
  }
}

/** What stands beside tools and tells what they tell. */
interface Beside {
  readonly tools?: readonly string[]
}

/**
 * What may be seen beside some tools: what needs none, or none but these.
 *
 * @param names of the tools that may be seen
 */
export function beside(names: { has(tool: string): boolean }): (one: Beside) => boolean {
  return ({ tools = [] }) => tools.every((tool) => names.has(tool))
}

/** The view of a request that must not reach anything. */
export const NOTHING: Visible = Object.freeze({ catalogue: createCatalogue({}), scope: 'nothing' })
