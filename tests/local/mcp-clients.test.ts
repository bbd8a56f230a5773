/**
 * Both MCP client generations against Local Stytch: what matters about an error code is what a real
 * client does when it gets it.
 */
import { describe, expect, test } from 'bun:test'
import { generations, mcpClient } from './mcp-client.ts'
import { PAGE, walkthrough } from './walkthrough.ts'

for (const [generation, auth] of generations) {
  describe(generation, () => {
    test('discovers, registers, signs in and is authorized', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid email offline_access')
      await client.connect()
      expect(client.saved.page.origin + client.saved.page.pathname).toBe(`${PAGE}/oauth/authorize`)
      expect(client.saved.tokens.scope).toBe('openid email offline_access')
      expect((await world.userinfo(client.saved.tokens.access_token)).status).toBe(200)
    })

    test('refreshes silently', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid offline_access')
      await client.connect()
      const before = client.saved.tokens.access_token
      world.advance(3600)
      expect(await client.run()).toBe('AUTHORIZED')
      expect(client.saved.tokens.access_token).not.toBe(before)
    })

    test('after invalid_grant asks the person again', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid offline_access')
      await client.connect()
      const { client_id } = client.saved.client
      await world.refresh(client_id, client.saved.tokens.refresh_token)
      expect(await client.run()).toBe('REDIRECT')
      expect(client.saved.client.client_id).toBe(client_id)
    })

    test('after invalid_client registers again', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid offline_access')
      await client.connect()
      await world.postJson('/local/reset', {})
      expect(await client.run()).toBe('REDIRECT')
      expect(client.registered.at(-1)).not.toBe(client.registered[0])
    })
  })
}
