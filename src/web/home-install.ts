/**
 * How MCP clients take a server from a link or a command. Each has a form of its own.
 *
 * @see https://cursor.com/docs/context/mcp/install-links
 * @see https://code.visualstudio.com/api/extension-guides/ai/mcp
 */

/** The name a client keeps the server under. */
const NAME = 'stytch'

/** Opens Cursor, which asks before it adds the server. */
export function cursorLink(endpoint: string): string {
  const entry = btoa(JSON.stringify({ url: endpoint }))
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=${NAME}&config=${encodeURIComponent(entry)}`
}

/** Opens VS Code, which asks before it adds the server. */
export function vsCodeLink(endpoint: string): string {
  const entry = JSON.stringify({ name: NAME, type: 'http', url: endpoint })
  return `vscode:mcp/install?${encodeURIComponent(entry)}`
}

/** A shell command. */
export function claudeCodeCommand(endpoint: string): string {
  return `claude mcp add --transport http ${NAME} ${endpoint}`
}

/** The entry most clients accept in their configuration file. */
export function jsonEntry(endpoint: string): string {
  return JSON.stringify({ mcpServers: { [NAME]: { url: endpoint } } }, null, 2)
}
