// Addresses of changes: corrections of organs, photographs left out and taken back, runs.
import type { Context, Hono } from 'hono'
import * as z from 'zod'
import type { Json } from '../../base/types.ts'
import type { ExcludeRequest, StopRequest } from '../api.ts'
import { excludePhotographs, includePhotographs } from '../../plan/exclude.ts'
import { badRequest, json, notThere, sendBytes } from '../http/answers.ts'
import { changeCorrections } from '../plants/correct.ts'
import { correctionsOf } from '../plants/corrections.ts'
import { filesetsOfToday, knownFilesets } from '../plants/filesets.ts'
import { photographFileset } from '../plants/photographs.ts'
import { plantShown } from '../plants/plant.ts'
import { unitOf } from '../plants/unit.ts'
import type { Site } from '../site.ts'
import { assertMayEdit, changeScan } from '../writing.ts'

const fewWords = z.string().max(1000).optional()
const exclusion = z.strictObject({ why: fewWords, by: fewWords })
const runAsked = z.strictObject({
  scans: z.array(z.string()).max(100_000),
  set: z.array(z.string().max(10_000)).max(100).optional(),
  targets: z.array(z.string().max(200)).max(100).optional(),
})
const previewAsked = z.strictObject({
  scan: z.string(),
  step: z.string(),
  file: z.string(),
  params: z.record(z.string().regex(/^\w+$/), z.json()),
})
const stopAsked = z.strictObject({ run: z.string(), now: z.boolean().optional() })

/** Adds them. */
export function addEditing(app: Hono, site: Site): void {
  const { rows, served } = site
  const shownCorrections = async (id: string) => {
    const { plan } = await rows.planned(id)
    const scan = await served.db.getScan(id)
    return correctionsOf(scan, await knownFilesets(scan, plan))
  }
  app.get('/api/plants/:scan/corrections', async (c) =>
    json(c, await shownCorrections(c.req.param('scan'))),
  )
  app.post('/api/plants/:scan/corrections', async (c) => {
    const id = c.req.param('scan')
    const body = await jsonBody(c)
    await changeScan(site, id, async (db) => {
      const { unit } = await unitOf(await db.getScan(id), await served.pipeline())
      await changeCorrections(db, id, body, unit, new Date())
    })
    return json(c, await shownCorrections(id))
  })
  app.post('/api/plants/:scan/photographs/:photograph/:what{exclude|include}', async (c) => {
    const { scan: id, photograph, what } = c.req.param()
    const told: ExcludeRequest = parsedAs(exclusion, await jsonBody(c))
    const today = filesetsOfToday((await rows.planned(id)).plan)
    await changeScan(site, id, async (db) => {
      const scan = await db.getScan(id)
      const fileset = await photographFileset(scan, today)
      if (!fileset) return notThere(`${id} has no photographs`)
      const named = { fileset: fileset.id, files: [photograph] }
      await (what === 'exclude'
        ? excludePhotographs(scan, named, told)
        : includePhotographs(scan, named))
    })
    await rows.now([id])
    const { row, plan } = await rows.planned(id)
    return json(c, await plantShown(served, row, plan))
  })
  app.post('/api/preview', async (c) =>
    json(c, await site.previews.make(parsedAs(previewAsked, await jsonBody(c)))),
  )
  app.get('/api/preview/:id', (c) => {
    const { bytes, type, id } = site.previews.picture(c.req.param('id'))
    return sendBytes(c, bytes, type, `"${id}"`)
  })
  app.get('/api/runs', (c) => json(c, site.runs.list()))
  app.get('/api/runs/:run/log', (c) => {
    const { scan = '', step = '' } = c.req.query()
    return c.text(site.runs.log(c.req.param('run'), scan, step))
  })
  app.post('/api/runs', async (c) => {
    assertMayEdit(site.mayEdit)
    return json(c, { run: await site.runs.start(parsedAs(runAsked, await jsonBody(c))) })
  })
  app.post('/api/runs/stop', async (c) => {
    assertMayEdit(site.mayEdit)
    const { run, now }: StopRequest = parsedAs(stopAsked, await jsonBody(c))
    return json(c, site.runs.stop(run, now ?? false))
  })
}

/** The JSON of a request, and nothing that a form of another page could send. */
async function jsonBody(c: Context): Promise<Json> {
  if (!c.req.header('Content-Type')?.startsWith('application/json'))
    badRequest('a change is sent as application/json')
  try {
    // Safe: whatever it parses to is JSON.
    return (await c.req.json()) as Json
  } catch (error) {
    if (error instanceof SyntaxError) badRequest('the request is no JSON')
    throw error
  }
}

function parsedAs<T>(schema: z.ZodType<T>, body: Json): T {
  const result = schema.safeParse(body)
  return result.success ? result.data : badRequest(z.prettifyError(result.error))
}
