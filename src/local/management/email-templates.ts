/**
 * Email templates of a project: create, list, get, update and delete. They are the project's, and the same
 * in each of its environments. Updating replaces everything but the id.
 */
import { Hono } from 'hono'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { suits } from './default-email-template.ts'
import type { EmailTemplate } from './email-template.ts'
import {
  emailTemplateCreation,
  emailTemplateFrom,
  emailTemplateRequest,
} from './email-template-request.ts'
import { projectOf, segment } from './find.ts'

/** Stytch has a limit too, but does not say which. */
const MAX_TEMPLATES = 100

/** @returns the routes; mail that Local Stytch hands to its mailbox does not follow templates */
export function emailTemplates(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath('/pwa/v3/projects/:project_slug/email_templates')
  app.post('/', async (c) => {
    const { templates } = projectOf(world, c).emails
    const { template_id, ...content } = await readJson(c, emailTemplateCreation)
    const template = emailTemplateFrom(template_id, content)
    if (templates.has(template_id)) throw new ApiError('duplicate_email_template_vanity_id')
    if (templates.size >= MAX_TEMPLATES) throw new ApiError('too_many_email_templates')
    templates.set(template_id, template)
    return answer(c, { email_template: template })
  })
  app.get('/', (c) => {
    const { templates } = projectOf(world, c).emails
    return answer(c, { email_templates: [...templates.values()] })
  })
  app.get('/:template_id', (c) => answer(c, { email_template: templateOf(world, c) }))
  app.put('/:template_id', async (c) => {
    templateOf(world, c)
    const content = await readJson(c, emailTemplateRequest)
    const { template_id } = templateOf(world, c)
    const template = emailTemplateFrom(template_id, content)
    const { templates, defaults } = projectOf(world, c).emails
    for (const [type, id] of defaults) {
      if (id === template_id && !suits(template, type)) {
        throw new ApiError(
          'invalid_argument',
          `The template must remain fit for ${type}: it is its default.`,
        )
      }
    }
    templates.set(template_id, template)
    return answer(c, { email_template: template })
  })
  app.delete('/:template_id', (c) => {
    const { template_id } = templateOf(world, c)
    const { templates, defaults } = projectOf(world, c).emails
    if ([...defaults.values()].includes(template_id)) {
      throw new ApiError('cannot_delete_default_email_template')
    }
    templates.delete(template_id)
    return answer(c, {})
  })
  return app
}

function templateOf(world: World, c: LocalContext): EmailTemplate {
  const template = projectOf(world, c).emails.templates.get(segment(c, 'template_id'))
  if (!template) throw new ApiError('email_template_not_found')
  return template
}
