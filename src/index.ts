/** The library's face. */

export { fromJsonSchema, inputRequired } from '@modelcontextprotocol/server'
export { type AppDependencies, createApp } from './app.ts'
export {
  type Config,
  ConfigError,
  type ConfigProblem,
  type Environment,
  loadConfig,
  type Serving,
  type StytchProject,
} from './config.ts'
export { ERRORS, type ErrorCode, type ErrorKind } from './errors.ts'
export type { AppOptions } from './kit/app-options.ts'
export type { AuthOptions } from './kit/authentication.ts'
export { type Authorization, authorize, type Needs, type RolesOf } from './kit/authorize.ts'
export { createVerifier, type VerifyRequest } from './kit/create-verifier.ts'
export { type MountConsentOptions, mountConsent } from './kit/mount-consent.ts'
export { type ProtectedResourceOptions, protectedResource } from './kit/protected-resource.ts'
export type { ResourceOptions } from './kit/resource-path.ts'
export type { Settings, StytchSettings } from './kit/settings.ts'
export { stytchAuth } from './kit/stytch-auth.ts'
export { type StytchMcpOptions, stytchMcp } from './kit/stytch-mcp.ts'
export { type StytchRolesOptions, stytchRoles } from './kit/stytch-roles.ts'
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
export type { ServerIdentity } from './mcp/server.ts'
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
export type { Authenticated } from './oauth/authenticate.ts'
export type { AuthMiddleware, AuthVariables } from './oauth/middleware.ts'
export type { Principal } from './oauth/principal.ts'
export type { Refusal } from './oauth/refusal.ts'
export type { Userinfo, UserinfoAnswer } from './oauth/userinfo.ts'
export { type AuditSink, logSink } from './observe/audit-sink.ts'
export {
  createLog,
  type LateLine,
  type Log,
  type LogFields,
  type LogLevel,
  type LogOptions,
} from './observe/log.ts'
export type { Fetch } from './parts.ts'
export type { Platform } from './platform.ts'
export { type MemoryStoreOptions, memoryStore } from './store/memory.ts'
export type { Store } from './store/store.ts'
export { VERSION } from './version.ts'
