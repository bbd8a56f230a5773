/**
 * Makes `dist/stytch-mcp`: the server, its pages and the runtime it needs in one executable file, for the
 * machine it is built on. Run it with Bun.
 */
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const pages = Bun.spawn([process.execPath, 'ui/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] })
if ((await pages.exited) !== 0) throw new Error('The pages could not be built.')

const { outputs } = await Bun.build({
  entrypoints: [`${root}src/runtime/bun.ts`],
  minify: { whitespace: true, syntax: true },
  compile: {
    outfile: `${root}dist/stytch-mcp`,
    // What a file in the working directory says is no configuration of a deployed server.
    autoloadDotenv: false,
    autoloadBunfig: false,
  },
})
process.stdout.write(`${outputs[0]?.path}\n`)
