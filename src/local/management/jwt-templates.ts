/** Claim templates of an environment's JWTs, one for sessions and one for M2M: `GET` and `PUT`. */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf, segment } from './find.ts'
import { JWT_TEMPLATE_TYPES, type JwtTemplateType } from './jwt-template.ts'
import { requireTemplate } from './jwt-template-content.ts'
import { text } from './zero-values.ts'

/** @returns the routes; they keep and validate the templates, which tokens made here do not follow */
export function jwtTemplates(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/jwt_templates/:jwt_template_type',
  )
  app.get('/', (c) => {
    const { settings } = environmentOf(world, c).environment
    const type = typeOf(c)
    return answer(c, { jwt_template: { ...settings.jwtTemplates[type], jwt_template_type: type } })
  })
  app.put('/', async (c) => {
    const { settings } = environmentOf(world, c).environment
    const type = typeOf(c)
    const template = await readJson(c, wanted)
    requireTemplate(template.template_content)
    settings.jwtTemplates[type] = template
    return answer(c, { jwt_template: { ...template, jwt_template_type: type } })
  })
  return app
}

const wanted = z.object({ template_content: text(), custom_audience: text() })

function typeOf(c: LocalContext): JwtTemplateType {
  const named = segment(c, 'jwt_template_type')
  const type = JWT_TEMPLATE_TYPES.find((type) => type === named)
  if (!type) throw new ApiError('invalid_argument', 'jwt_template_type must be SESSION or M2M.')
  return type
}
