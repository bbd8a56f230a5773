/** Clients that are programs: started from nothing, they open a browser and listen for its return. */
import { Client as SdkClient } from '@modelcontextprotocol/sdk/client/index.js'
import { type Cli, DEADLINE, startCli } from './cli-process.ts'
import { stdioTransport } from './cli-stdio.ts'
import type { Client, Journey, Person } from './client-journey.ts'
import { freePorts } from './free-ports.ts'

const INSPECTOR = '@modelcontextprotocol/inspector'

/** MCP Inspector's CLI in either era, mcp-remote, and mcporter. */
export const PROGRAMS: readonly Client[] = [
  inspector('modern', '2026-07-28'),
  inspector('legacy', '2025-11-25'),
  {
    name: 'mcp-remote',
    package: 'mcp-remote',
    protocolVersion: '2025-11-25',
    travel: withMcpRemote,
  },
  { name: 'mcporter', package: 'mcporter', protocolVersion: '2025-11-25', travel: withMcporter },
]

function inspector(era: 'modern' | 'legacy', protocolVersion: string): Client {
  return {
    name: `inspector --cli (${era})`,
    package: INSPECTOR,
    protocolVersion,
    async travel(mcp, person) {
      const [port] = await freePorts(1)
      const target = ['--cli', mcp.href, '--protocol-era', era]
      const call = ['--method', 'tools/call', '--tool-name', 'whoami', '--format', 'json', '-q']
      const cli = await startCli(
        `${INSPECTOR}/clients/launcher/build/index.js`,
        [...target, ...call, '--callback-url', `http://127.0.0.1:${port}/oauth/callback`],
        // Without a terminal it would not open a browser, and without a keychain not keep a token.
        { env: { MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' } },
      )
      return journey(cli, person, (printed) => printed.result.structuredContent)
    },
  }
}

async function withMcporter(mcp: URL, person: Person): Promise<Journey> {
  const target = ['call', '--http-url', mcp.href, '--allow-http', '--tool', 'whoami']
  const cli = await startCli('mcporter/dist/cli.js', [...target, '--output', 'json'])
  return journey(cli, person, (printed) => printed)
}

/** A program that prints the answer and ends. */
async function journey(
  cli: Cli,
  person: Person,
  // biome-ignore lint/suspicious/noExplicitAny: it is whatever the program printed.
  read: (printed: any) => Record<string, unknown>,
): Promise<Journey> {
  try {
    const sentTo = await cli.opened()
    if (sentTo !== undefined) await goBack(await person(sentTo))
    const code = await cli.ends()
    if (code !== 0) return { sentTo, complaint: cli.output() }
    return { sentTo, whoami: read(JSON.parse(cli.stdout())) }
  } finally {
    await cli.stop()
  }
}

/** A program that stays, and relays what an MCP client says on its standard input. */
async function withMcpRemote(mcp: URL, person: Person): Promise<Journey> {
  const cli = await startCli('mcp-remote/dist/proxy.js', [mcp.href, '--allow-http'], {
    listens: true,
  })
  const client = new SdkClient({ name: 'test-client', version: '1.0.0' })
  try {
    const connected = client.connect(stdioTransport(cli), { timeout: DEADLINE }).then(
      () => true,
      () => false,
    )
    const sentTo = await cli.opened()
    if (sentTo !== undefined) await goBack(await person(sentTo))
    if (!(await connected)) return { sentTo, complaint: cli.output() }
    const answer = await client.callTool({ name: 'whoami', arguments: {} })
    return { sentTo, whoami: answer.structuredContent as Record<string, unknown> }
  } finally {
    await client.close()
    await cli.stop()
  }
}

/** The browser arrives at the program's own listener. */
async function goBack(redirect: URL): Promise<void> {
  await (await fetch(redirect)).text()
}
