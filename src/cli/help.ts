/** What `stytch-mcp --help` says. */
export const HELP = `stytch-mcp                starts the MCP server
stytch-mcp verify-audit   checks an audit trail, read from standard input
stytch-mcp --version      says which version this is

The server is configured by environment variables. Without any it listens on
http://localhost:3000/mcp and brings Local Stytch along, for trying things out.

  STYTCH_PROJECT_ID     Stytch project: project-test-… or project-live-…
  STYTCH_DOMAIN         the project's domain, an https origin
  STYTCH_PUBLIC_TOKEN   public token of the same environment
  STYTCH_SECRET         secret of the same environment, where roles decide
  PUBLIC_URL            origin that people and clients use
  PORT                  port to listen on

docs/configuration.md in this package has the others.
`
