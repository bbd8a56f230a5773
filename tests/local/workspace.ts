/** The management API as a workspace's owner calls it: with the workspace key, in JSON. */
import type { LocalStytchOptions } from '../../src/local/index.ts'
import { type Answer, type Json, walkthrough } from './walkthrough.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export const OWN = '/pwa/v3/projects/local-stytch/environments/test'

/** @returns a Local Stytch, its owner, and every secret it said it handed out */
export function workspace(options: LocalStytchOptions = {}) {
  const handedOut: string[] = []
  const walk = walkthrough({ onSecret: (value) => handedOut.push(value), ...options })
  const { local, send } = walk
  const basic = (name: string, password: string) => `Basic ${btoa(`${name}:${password}`)}`

  const manage = (method: Method, path: string, body?: Json): Promise<Answer> =>
    send(path, {
      method,
      headers: {
        authorization: basic(local.workspaceKeyId, local.workspaceKeySecret),
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  /** A project with its live environment, and the path of a test environment in it. */
  async function disposable(slug = 'disposable', vertical = 'CONSUMER'): Promise<string> {
    const project = `/pwa/v3/projects/${slug}`
    await manage('POST', '/pwa/v3/projects', { name: 'Disposable', vertical, project_slug: slug })
    const environments = `${project}/environments`
    await manage('POST', environments, { name: 'Live', type: 'LIVE', environment_slug: 'live' })
    await manage('POST', environments, { name: 'Try', type: 'TEST', environment_slug: 'try' })
    return `${environments}/try`
  }

  return { ...walk, basic, manage, disposable, handedOut }
}

/** What every refusal looks like, its request id and its sentence aside. */
export const refused = (status: number, type: string) => ({
  status,
  json: {
    status_code: status,
    error_type: type,
    error_url: `https://stytch.com/docs/api/errors/${status}#${type}`,
  },
})
