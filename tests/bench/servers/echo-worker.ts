/** The limit in workerd. */
import { app } from './echo-app.ts'

export default { fetch: (request: Request) => app.fetch(request) }
