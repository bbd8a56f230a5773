#!/usr/bin/env node
/** The command `stytch-mcp`: starts the server the environment configures, unless it is asked for something else. */
import process from 'node:process'
import { VERSION } from '../version.ts'
import { type Command, readArguments } from './arguments.ts'
import { HELP } from './help.ts'
import { isTooOld, TOO_OLD } from './node-version.ts'
import { serve } from './serve.ts'

/** Status of a command that was not understood. */
const MISUSED = 2

await run(readArguments(process.argv.slice(2)))

async function run(command: Command): Promise<void> {
  switch (command.does) {
    case 'serve':
      return isTooOld(process.versions) ? refuse(TOO_OLD) : serve()
    case 'verify-audit':
      await import('./verify-audit.ts')
      return
    case 'help':
      process.stdout.write(HELP)
      return
    case 'version':
      process.stdout.write(`${VERSION}\n`)
      return
    case 'nothing':
      refuse(command.because, MISUSED)
  }
}

function refuse(sentence: string, status = 1): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = status
}
