// The addresses of the server: which request is answered by what.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { streamSSE } from 'hono/streaming'
import { COMPRESSIBLE_CONTENT_TYPE_REGEX } from 'hono/utils/compress'
import { RomiError } from '../base/errors.ts'
import { version } from '../base/version.ts'
import type { ServerEvent, Session } from './api.ts'
import { json, notThere, problem } from './http/answers.ts'
import { judgeRequest, type RequestFacts, type Policy, type RequestVerdict } from './http/guard.ts'
import { pageFolder, sendPageFile } from './http/page-files.ts'
import { pageHeaders } from './http/headers.ts'
import { addPlants } from './routes/plants.ts'
import { addEditing } from './routes/edit.ts'
import { addPipeline } from './routes/pipeline.ts'
import { addRomi } from './routes/romi.ts'
import type { Site } from './site.ts'

/** More than a request that is meant well ever holds. */
const mostBytes = 1 << 20

/** What answers requests; the guard stands before all of it. */
export function appOf(site: Site): Hono {
  const verdicts = new WeakMap<Request, RequestVerdict>()
  const verdictOf = (request: Request): RequestVerdict => {
    const known = verdicts.get(request)
    if (known) return known
    const found = judgeRequest(askedBy(request), site.policy)
    verdicts.set(request, found)
    return found
  }
  const app = new Hono({
    getPath: (request) => {
      const verdict = verdictOf(request)
      return verdict.is === 'served' ? verdict.path : '/'
    },
  })
  app.use(async (c, next) => {
    const verdict = verdictOf(c.req.raw)
    if (verdict.is === 'refused') {
      c.res = c.json({ error: { code: 'web/forbidden', message: verdict.why } }, verdict.status)
    } else await next()
    for (const [name, value] of pageHeaders(verdict)) c.res.headers.set(name, value)
  })
  app.use(compress({ contentTypeFilter: isWorthPacking(site.policy) }))
  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: (c) => problem(c, new RomiError('web/too-large', 'the request is too large')),
    }),
  )
  app.onError((error, c) => problem(c, error))

  app.get('/api/session', async (c) => {
    const verdict = verdictOf(c.req.raw)
    const hasToken = verdict.is === 'served' && verdict.hasToken
    return json(c, await sessionOf(site, hasToken))
  })
  addPlants(app, site)
  addEditing(app, site)
  addPipeline(app, site)
  addRomi(app, site)
  app.get('/api/events', (c) =>
    streamSSE(c, async (stream) => {
      const queue: ServerEvent[] = []
      let wake = () => {}
      const end = site.events.listen((event) => {
        queue.push(event)
        wake()
      })
      stream.onAbort(() => wake())
      try {
        await stream.write(': listening\n\n')
        while (!stream.aborted && !stream.closed) {
          const event = queue.shift()
          if (event) await stream.writeSSE({ data: JSON.stringify(event) })
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        end()
      }
    }),
  )
  app.all('/api/*', (c) => notThere(`there is no ${c.req.path}`))
  app.get('/', (c) => sendPageFile(c, 'index.html', site.page ?? pageFolder))
  app.get('/:name{.+}', (c) => sendPageFile(c, c.req.param('name'), site.page ?? pageFolder))
  return app
}

function askedBy(request: Request): RequestFacts {
  const { headers, method, url } = request
  return {
    method,
    path: new URL(url).pathname,
    host: headers.get('host') ?? undefined,
    origin: headers.get('origin') ?? undefined,
    referer: headers.get('referer') ?? undefined,
  }
}

/** Large binaries on their way within one machine are sent sooner than packed. */
const isWorthPacking =
  ({ isLoopback }: Policy) =>
  (type: string): boolean =>
    COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type) ||
    (!isLoopback && type.startsWith('application/octet-stream'))

async function sessionOf({ served, mayEdit }: Site, hasToken: boolean): Promise<Session> {
  const now = await served.pipeline()
  const { pipeline } = served.source
  return {
    version,
    database: served.name,
    ...(pipeline !== undefined && { pipeline }),
    ...(now.is === 'wrong' && { mistakes: now.mistakes }),
    mayEdit: mayEdit && hasToken,
  }
}
