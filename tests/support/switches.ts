/** Switches of a whole run: what is true must be true with each of them on and off. */

const { MCP_DIRECT } = process.env

/** For the environment of every server that tests make or start; what a test itself says goes before. */
export const SWITCHES: Readonly<Record<string, string>> =
  MCP_DIRECT === undefined ? {} : { MCP_DIRECT }
