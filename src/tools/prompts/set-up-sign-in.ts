/** `set-up-sign-in`: from an app without sign-in to one that has it, by way of an environment's settings. */
import { z } from 'zod'
import { isLoopbackHost } from '../../loopback.ts'
import { definePrompt, type Prompt } from '../../mcp/prompt.ts'
import { ToolError } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import type { SlugSuggestions } from '../management/slugs.ts'
import { READ_SETTINGS } from '../scopes.ts'
import { named, placeArgs } from './place.ts'
import { houseRules, numbered, said } from './text.ts'

const LONGEST_URL = 2_048

/** @param suggest slugs */
export function setUpSignIn(suggest: SlugSuggestions): Prompt {
  const { project_slug, environment_slug } = placeArgs(suggest)

  return definePrompt({
    name: 'set-up-sign-in',
    title: 'Set up sign-in for an app',
    description:
      'Sets an environment up so that people can sign in to an app with Stytch, then shows the code the app needs.',
    scopes: [READ_SETTINGS],
    tools: [
      'getProject',
      'getEnvironment',
      'getAllRedirectURLs',
      'createRedirectURL',
      'getAllPublicTokens',
      'getConsumerSDKConfig',
      'updateConsumerSDKConfig',
      'getB2BSDKConfig',
      'updateB2BSDKConfig',
    ],
    args: z.object({
      app_url: z
        .string()
        .max(LONGEST_URL)
        .describe('Where the app runs, such as https://app.example.com or http://localhost:5173'),
      framework: z.string().max(80).optional().describe('What it is built with, such as Next.js'),
      project_slug: project_slug.optional(),
      environment_slug: environment_slug.optional(),
    }),
    get: async ({ app_url, framework, ...slugs }, { sees }) => {
      const app = appUrl(app_url)
      const origin = quoted(app.origin, LONGEST_URL)
      const { project_slug: project, environment_slug: environment } = slugs
      const built = framework === undefined ? '' : `, which is built with ${quoted(framework)}`

      return said(
        `Set up Stytch sign-in for my app at ${quoted(app.href, LONGEST_URL)}${built}.`,
        project !== undefined && environment !== undefined
          ? `Work on ${named(project, environment)}.`
          : `${project === undefined ? 'Find the project with listProjects' : `The project is ${quoted(project)}; see its environments with getProject`}. Ask me which environment to use. Use a test environment unless I say otherwise.`,
        numbered([
          'Call whoami and tell me whom I am signed in as. If that is not who I expect, stop.',
          'Call getProject and getEnvironment. Tell me whether the project is for consumers or B2B, and whether the environment is TEST or LIVE. Ask before you go on if it is LIVE.',
          'Ask me how people should sign in (magic link, one-time passcode, password, OAuth, passkey; for B2B also SSO), and on which path of the app a sign-in ends. Suggest /authenticate.',
          `Call getAllRedirectURLs. If the address of that path at ${origin} is not there, add it with createRedirectURL: valid_types LOGIN and SIGNUP; RESET_PASSWORD as well for passwords; for B2B also INVITE and DISCOVERY. No wildcard, and no address that is not mine.`,
          `Call getConsumerSDKConfig, or getB2BSDKConfig for a B2B project. With the matching update tool, change only what is needed: basic.enabled, ${origin} among basic.domains beside what is there, and the sign-in methods I chose, with PKCE where the method has it. Pass the version you were given.`,
          sees('getPasswordStrengthConfig') &&
            'With passwords: call getPasswordStrengthConfig, and tell me if breached passwords are accepted when they are set.',
          sees('createPublicToken')
            ? 'Call getAllPublicTokens and use the one that is there; only if there is none, call createPublicToken. A public token is meant for the code of the frontend.'
            : 'Call getAllPublicTokens and use the one that is there. A public token is meant for the code of the frontend.',
          sees('createSecret') &&
            'Only if the app has a server that must call Stytch: ask me, then call createSecret and give me its link. The value belongs into the environment variables of that server, and never here.',
          `${framework === undefined ? 'Find out from my code, or ask me, what the app is built with. ' : ''}Show me the code: the Stytch SDK for it with the public token, the sign-in form, the page where a sign-in ends, and how the server checks the session.`,
          'Read the redirect URLs and the SDK configuration once more, tell me everything you changed, and how I can try a sign-in.',
        ]),
        houseRules(sees),
      )
    },
  })
}

/** @throws {ToolError} for an address nobody should be signed in at */
function appUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const usable =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))
  if (url !== undefined && usable && !url.username && !url.password) return url
  throw new ToolError(
    'invalid_arguments',
    'app_url must be an https address, or http on localhost, without a user name or password in it.',
  )
}
