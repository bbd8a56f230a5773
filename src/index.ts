/** The library's face. */

export { fromJsonSchema, inputRequired } from '@modelcontextprotocol/server'
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
export type { CallContext, Caller } from './mcp/call-context.ts'
export type { Json } from './mcp/canonical-json.ts'
export type { Offer } from './mcp/catalogue.ts'
export {
  type ChangeManifest,
  type Confirmation,
  defineChange,
  type Prepared,
} from './mcp/change.ts'
export type { Changes } from './mcp/changes.ts'
export { type Complete, type CompletionContext, completable } from './mcp/completion.ts'
export { definePrompt, type Prompt, type PromptAnswer, type PromptManifest } from './mcp/prompt.ts'
export {
  type Contents,
  type DeclaredTemplate,
  defineResource,
  defineResourceTemplate,
  type Resource,
  type ResourceTemplateDeclaration,
} from './mcp/resource.ts'
export {
  type AlsoNeeds,
  defineTool,
  type Risk,
  type Schema,
  type Tool,
  type ToolAnswer,
  ToolError,
  type ToolManifest,
} from './mcp/tool.ts'
export { quoted } from './mcp/untrusted.ts'
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
