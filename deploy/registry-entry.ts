/**
 * Prints `server.json` as the MCP registry takes it: with a name in a namespace that whoever publishes it
 * can prove to be theirs. `bun deploy/registry-entry.ts io.github.<account> > dist/server.json`
 */
import manifest from '../package.json' with { type: 'json' }
import entry from '../server.json' with { type: 'json' }

const [namespace = ''] = process.argv.slice(2)
const name = `${namespace}/${manifest.name}`
const { mcpName } = manifest as { mcpName?: string }

// The registry compares the name with `mcpName` in the npm package, which is how it knows whose that is.
const problem = !/^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$/.test(namespace)
  ? 'Name your namespace: io.github.<account>, or your domain backwards, such as com.example.'
  : mcpName !== undefined && mcpName !== name
    ? `package.json says its mcpName is ${mcpName}, not ${name}.`
    : undefined

if (problem === undefined) {
  const { $schema, ...rest } = entry
  process.stdout.write(`${JSON.stringify({ $schema, name, ...rest }, null, 2)}\n`)
} else {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
