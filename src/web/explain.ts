/** Shows a developer why a request was refused. Development only; production never mounts it. */
import { Hono } from 'hono'
import type { Config } from '../config.ts'
import { EXPLAIN_PATH, type Explanations } from '../observe/explanations.ts'
import { explanationDocument, noExplanationDocument } from './explain-document.ts'
import { commonHeaders, documentHeaders } from './headers.ts'

/**
 * The page at `/auth/explain?id=<request id>`; 404 when that request was not refused lately. Answers
 * `GET` and `HEAD`; any other method is 405.
 */
export function explainPage(config: Config, explanations: Explanations): Hono {
  const app = new Hono()
  app.get(EXPLAIN_PATH, (c) => {
    const headers = documentHeaders(config, 'none')
    const explanation = explanations.find(c.req.query('id') ?? '')
    return explanation === undefined
      ? c.html(noExplanationDocument(), 404, headers)
      : c.html(explanationDocument(explanation), 200, headers)
  })
  app.all(EXPLAIN_PATH, (c) =>
    c.text('Method not allowed\n', 405, { ...commonHeaders(config), Allow: 'GET, HEAD' }),
  )
  return app
}
