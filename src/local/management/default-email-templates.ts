/** Which template a project's mail of each kind uses: set, get and unset. */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { suits } from './default-email-template.ts'
import { EMAIL_TEMPLATE_TYPES, type EmailTemplateType } from './email-template.ts'
import { projectOf, segment } from './find.ts'
import { text } from './zero-values.ts'

/** @returns the routes */
export function defaultEmailTemplates(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/default_email_templates/:email_template_type',
  )
  app.post('/', async (c) => {
    const { templates, defaults } = projectOf(world, c).emails
    const type = typeOf(c)
    const { template_id } = await readJson(c, z.object({ template_id: text() }))
    const template = templates.get(template_id)
    if (!template) throw new ApiError('email_template_not_found')
    if (!suits(template, type)) {
      throw new ApiError('invalid_argument', `The template is not one for ${type}.`)
    }
    defaults.set(type, template_id)
    return answer(c, {})
  })
  app.get('/', (c) => {
    const template_id = projectOf(world, c).emails.defaults.get(typeOf(c))
    if (template_id === undefined) throw new ApiError('email_template_not_found')
    return answer(c, { template_id })
  })
  app.delete('/', (c) => {
    const { defaults } = projectOf(world, c).emails
    const type = typeOf(c)
    if (type === 'PREBUILT') {
      throw new ApiError('invalid_argument', 'The default of PREBUILT cannot be unset.')
    }
    defaults.delete(type)
    return answer(c, {})
  })
  return app
}

function typeOf(c: LocalContext): EmailTemplateType {
  const named = segment(c, 'email_template_type')
  const type = EMAIL_TEMPLATE_TYPES.find((type) => type === named)
  if (!type) throw new ApiError('invalid_argument', 'email_template_type is unknown.')
  return type
}
