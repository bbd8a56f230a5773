/** JWT templates: claims an environment adds to its session and M2M tokens. */
import { z } from 'zod'
import type { Tool } from '../../mcp/tool.ts'
import {
  JWT_TEMPLATE_TYPES,
  type JWTTemplate,
  type JWTTemplateType,
} from '../../stytch/management/jwt-templates.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import { replacing, UNCHANGED } from './patch.ts'

/** Characters. Stytch's limit is on the claims a template yields, 4 KB. */
const LONGEST = 4_096
const type = z.enum(JWT_TEMPLATE_TYPES)
const output = z.object({
  jwt_template: z.looseObject({ template_content: z.string(), custom_audience: z.string() }),
})
const common = {
  toolset: 'jwt_templates',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug', 'jwt_template_type'],
  long: {
    field: (path: readonly (string | number)[]) =>
      path.at(-1) === 'template_content' ? { max: LONGEST * 2, lines: true } : undefined,
  },
} as const

/** The tools of toolset `jwt_templates`. */
export function jwtTemplateTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getJWTTemplate',
      title: 'Look at a JWT template',
      description: 'Tells which claims an environment adds to session or M2M tokens.',
      scopes: [READ_SETTINGS],
      operations: ['jwtTemplates.get'],
      input: { jwt_template_type: type },
      output,
      async run({ jwt_template_type }, { stytch, where, signal }) {
        const found = await stytch.jwtTemplates.get(where, jwt_template_type, { signal })
        return { summary: 'Found.', data: { jwt_template: shown(found, jwt_template_type) } }
      },
    }),
    change({
      ...common,
      name: 'setJWTTemplate',
      title: 'Change a JWT template',
      description:
        'Changes the claims of session or M2M tokens issued from now on; backends that read them may depend on it. What is left out stays.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['jwtTemplates.get', 'jwtTemplates.set'],
      input: {
        jwt_template_type: type,
        template_content: z
          .string()
          .max(LONGEST)
          .optional()
          .describe('A JSON object with tags: {"role": {{ user.trusted_metadata.role }}}'),
        custom_audience: z.string().max(256).optional().describe('Empty for none'),
      },
      output,
      async prepare({ jwt_template_type, ...given }, { stytch, where, signal }) {
        if (given.template_content !== undefined) requireTemplate(given.template_content)
        const { before, after, changes, replace } = await replacing<JWTTemplate>({
          read: () => stytch.jwtTemplates.get(where, jwt_template_type, { signal }),
          change: (current) => ({
            ...current,
            ...(given.template_content !== undefined && {
              template_content: given.template_content,
            }),
            ...(given.custom_audience !== undefined && { custom_audience: given.custom_audience }),
          }),
          write: ({ template_content, custom_audience = '' }) =>
            stytch.jwtTemplates.set(
              where,
              jwt_template_type,
              { template_content, custom_audience },
              { signal },
            ),
        })
        return {
          before: shown(before, jwt_template_type),
          after: shown(after, jwt_template_type),
          apply: async () => ({
            data: { jwt_template: shown((await replace()).document, jwt_template_type) },
            summary: changes.length === 0 ? UNCHANGED : 'The JWT template was changed.',
          }),
        }
      },
    }),
  ]
}

function shown({ template_content, custom_audience = '' }: JWTTemplate, type: JWTTemplateType) {
  return { jwt_template_type: type, template_content, custom_audience }
}

/** RFC 7519 §4.1: Stytch sets these itself. */
const REGISTERED = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

/** @see https://stytch.com/docs/guides/sessions/custom-claim-templates */
function requireTemplate(content: string): void {
  // A digit is JSON wherever a tag may stand: alone, and within a string.
  const claims = parsed(content.replace(/\{\{[^{}]*\}\}/g, '0'))
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw invalid('template_content must be a JSON object once every {{ tag }} has its value.')
  }
  if (Object.keys(claims).some((name) => REGISTERED.includes(name))) {
    throw invalid(`template_content must not set ${REGISTERED.join(', ')}: Stytch does.`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
