/** What the resources of the management client share: where an object is, and how to ask about it. */
import type { z } from 'zod'
import type { Arguments, Ask, CallOptions } from '../ask.ts'
import { type OperationName, operationNamed, type RowOf } from '../operations.ts'

export type { CallOptions }

/** An environment of a project, by their slugs. */
export interface Where {
  readonly project: string
  readonly environment: string
}

/** Asks the operation of that name. Rejects with a `ManagementError`. */
export type Call = <Name extends OperationName, Schema extends z.ZodType>(
  name: Name,
  given: Arguments<RowOf<Name>['path'], Schema>,
) => Promise<z.output<Schema>>

/** Binds the table of operations to an API. */
export function createCall(ask: Ask): Call {
  return (name, given) => ask(operationNamed(name), given)
}

/** The path values of a project. */
export function inProject(project: string) {
  return { project_slug: project } as const
}

/** The path values of an environment. */
export function inEnvironment({ project, environment }: Where) {
  return { project_slug: project, environment_slug: environment } as const
}
