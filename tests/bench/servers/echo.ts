/** The limit on runtimes that listen. */
import { app } from './echo-app.ts'
import { listen } from './listen.ts'

await listen(app.fetch)
