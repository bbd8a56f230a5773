/** The library's face. */
export { type AppDependencies, createApp } from './app.ts'
export {
  type Config,
  ConfigError,
  type ConfigProblem,
  type Environment,
  loadConfig,
  type StytchProject,
} from './config.ts'
export { ERRORS, type ErrorCode, type ErrorKind } from './errors.ts'
export {
  defineTool,
  type Risk,
  type Tool,
  type ToolAnswer,
  type ToolContext,
  ToolError,
  type ToolManifest,
} from './mcp/tool.ts'
export type { Principal } from './oauth/principal.ts'
export type { Userinfo, UserinfoAnswer } from './oauth/userinfo.ts'
export {
  createLog,
  type Log,
  type LogFields,
  type LogLevel,
  type LogOptions,
} from './observe/log.ts'
export { VERSION } from './version.ts'
