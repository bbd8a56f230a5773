/** `connect-mcp-client`: how to connect one more app to this server, with no more tools than it needs. */
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { isLoopbackHost } from '../../loopback.ts'
import { type Complete, completable } from '../../mcp/completion.ts'
import { definePrompt, type Prompt } from '../../mcp/prompt.ts'
import { ToolError } from '../../mcp/tool.ts'
import { claudeCodeCommand, cursorLink, jsonEntry, vsCodeLink } from '../../web/home-install.ts'
import { numbered, said } from './text.ts'

/** Apps whose way in is known, by what an argument calls them. */
const CLIENTS: Readonly<Record<string, Client>> = {
  claude: {
    title: 'Claude',
    remote: true,
    steps: (endpoint) => [
      'In Claude, open Settings → Connectors and add a custom connector.',
      `Paste ${endpoint} as its URL, add it, then choose Connect.`,
    ],
  },
  'claude-code': {
    title: 'Claude Code',
    steps: (endpoint) => [
      `Run in a terminal: ${claudeCodeCommand(shellWord(endpoint))}`,
      'In Claude Code, open /mcp, choose stytch and then Authenticate.',
    ],
  },
  chatgpt: {
    title: 'ChatGPT',
    remote: true,
    steps: (endpoint) => [
      'In ChatGPT, open Settings → Apps & Connectors → Advanced and turn on developer mode.',
      `Create a connector with ${endpoint} as its MCP server URL and OAuth as its authentication.`,
    ],
  },
  cursor: {
    title: 'Cursor',
    steps: (endpoint) => [
      `Open this link: ${cursorLink(endpoint)}`,
      `If it does not open Cursor, put this into mcp.json:\n${fenced(jsonEntry(endpoint))}`,
      'In Cursor Settings → MCP, choose to log in next to the server.',
    ],
  },
  vscode: {
    title: 'VS Code',
    steps: (endpoint) => [
      `Open this link, or run "MCP: Add Server" (HTTP) with ${endpoint}: ${vsCodeLink(endpoint)}`,
      'Start the server from the MCP list and allow VS Code to open a browser.',
    ],
  },
  inspector: {
    title: 'MCP Inspector',
    steps: (endpoint) => [
      'Run in a terminal: npx @modelcontextprotocol/inspector',
      `Choose transport Streamable HTTP and URL ${endpoint}, then connect.`,
      'If the connection is refused with 403, the operator of the server must add the address of the Inspector page to ALLOWED_ORIGINS.',
    ],
  },
  other: {
    title: 'another MCP client',
    steps: (endpoint) => [
      `Put this entry into the configuration of the client. Some call the outer name "servers", or want "type": "http" beside the URL.\n${fenced(jsonEntry(endpoint))}`,
      `If the client only starts programs, let it start: npx mcp-remote ${shellWord(endpoint)}`,
    ],
  },
}

interface Client {
  readonly title: string
  /** Whether it calls from the internet, so that it cannot reach this computer. */
  readonly remote?: boolean
  readonly steps: (endpoint: string) => readonly string[]
}

const NAMES = Object.keys(CLIENTS)
const LONGEST = 512

/**
 * @param toolsets that this server offers
 */
export function connectMcpClient(
  { resource, publicUrl }: Pick<Config, 'resource' | 'publicUrl'>,
  toolsets: readonly string[],
): Prompt {
  const local = isLoopbackHost(new URL(publicUrl).hostname)

  return definePrompt({
    name: 'connect-mcp-client',
    title: 'Connect an AI app',
    description:
      'How to connect an AI app to this server, with all of its tools or only some, and how to see that it works.',
    scopes: ['openid'],
    args: z.object({
      client: completable(z.enum(NAMES).describe('The app'), startsLike(NAMES)).optional(),
      toolsets: completable(
        z.string().max(LONGEST).describe('Toolsets to offer, with commas between; all if left out'),
        oneMore(toolsets),
      ).optional(),
      readonly: completable(
        z.enum(['true', 'false']).describe('Whether to leave out what changes anything'),
        startsLike(['true', 'false']),
      ).optional(),
    }),
    get: async (args) => {
      const names = chosen(args.toolsets, toolsets)
      const endpoint = narrowed(resource, names, args.readonly === 'true')
      const whoami = (names.length === 0 ? toolsets : names).includes('identity')
      const { title, remote, steps } = CLIENTS[args.client ?? 'other'] as Client
      return said(
        `Help me connect ${title} to the Stytch MCP server at ${endpoint}`,
        args.client === undefined &&
          `First ask me which app it is, and call this prompt again with it: ${NAMES.join(', ')}.`,
        numbered([
          ...(remote && local
            ? [
                `Tell me that ${title} calls from the internet and cannot reach ${publicUrl}, which is this computer: the server must be deployed first, or I use an app that runs here.`,
              ]
            : []),
          ...steps(endpoint),
          'The app opens a browser. I sign in with Stytch, read what the app asks for, and allow it. There is no key to copy: if anything asks for a token or a secret, stop and tell me.',
          whoami
            ? 'Check it: let the new app call whoami, and compare the person and the scopes with what I expect.'
            : 'Check it: let the new app list its tools, and call one that only reads.',
          'When a tool needs more than I allowed, the app is told which scope is missing and asks me again. That is normal.',
        ]),
        `The address says how much the app gets: ?toolsets= and ?tools= name what to offer and ?readonly leaves out what changes anything. It can only take away from what the operator of the server allows. Toolsets here: ${toolsets.join(', ')}.`,
      )
    },
  })
}

function chosen(text: string | undefined, known: readonly string[]): readonly string[] {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  if (names.every((name) => known.includes(name))) return [...new Set(names)]
  throw new ToolError(
    'invalid_arguments',
    `toolsets must name toolsets of this server, with commas between: ${known.join(', ')}.`,
  )
}

function narrowed(endpoint: string, toolsets: readonly string[], readonly: boolean): string {
  const query = [
    ...(toolsets.length > 0 ? [`toolsets=${toolsets.join(',')}`] : []),
    ...(readonly ? ['readonly=true'] : []),
  ]
  return query.length === 0 ? endpoint : `${endpoint}?${query.join('&')}`
}

function fenced(json: string): string {
  return `\`\`\`json\n${json}\n\`\`\``
}

/** A shell reads `?` and `&` for itself. */
function shellWord(endpoint: string): string {
  return endpoint.includes('?') ? `'${endpoint}'` : endpoint
}

const startsLike =
  (all: readonly string[]): Complete =>
  (typed) =>
    all.filter((one) => one.startsWith(typed))

/** Goes on from a list with each name it does not hold yet. */
const oneMore =
  (all: readonly string[]): Complete =>
  (typed) => {
    const names = typed.split(',').map((name) => name.trim())
    const begun = names.pop() ?? ''
    return all
      .filter((one) => one.startsWith(begun) && !names.includes(one))
      .map((one) => [...names, one].join(','))
  }
