// Addresses of one plant: what is known of it, and its layers.
import type { Context, Hono } from 'hono'
import type { Fileset } from '../../fsdb/fileset.ts'
import type { LayerKind } from '../api.ts'
import { asideFile } from '../aside/aside-file.ts'
import { badRequest, isKnown, json, notThere, notModified, sendBytes } from '../http/answers.ts'
import { compared } from '../plants/compare.ts'
import { knownFilesets, layerFile, layersOf } from '../plants/filesets.ts'
import { skeletonIn, type PackedKind } from '../plants/layers.ts'
import { lostPicture } from '../plants/lost.ts'
import { organsIn } from '../plants/organs.ts'
import { plantShown } from '../plants/plant.ts'
import { recordShown } from '../plants/record.ts'
import type { Site } from '../site.ts'

/** So many triangles or points are drawn, unless another number is asked for. */
const usualMost = 200_000
const leastMost = 100
const mostMost = 5_000_000

/** Adds the addresses under `/api/plants`. */
export function addPlants(app: Hono, site: Site): void {
  const { rows, served } = site
  app.get('/api/plants', async (c) => {
    const only = c.req.queries('only')
    const list = await (only ? rows.now(only) : rows.list())
    const atWork = site.runs.atWork()
    const plants = list.plants.map((row) => {
      const run = atWork.get(row.id)
      return run === undefined ? row : { ...row, run }
    })
    return json(c, { ...list, plants })
  })
  app.get('/api/plants/:scan', async (c) => {
    const { row, plan } = await rows.planned(c.req.param('scan'))
    if (row.broken !== undefined && !(await served.db.hasScan(row.id))) notThere(row.broken)
    return json(c, await plantShown(served, row, plan))
  })
  for (const kind of ['mesh', 'points', 'voxels'] as const)
    app.get(`/api/plants/:scan/${kind}`, (c) => sendLayer(c, site, kind))
  app.get('/api/plants/:scan/skeleton', async (c) =>
    json(c, await skeletonIn(await filesetFor(c, site, 'skeleton'))),
  )
  app.get('/api/plants/:scan/organs', async (c) =>
    json(c, await organsIn(await filesetFor(c, site, 'organs'))),
  )
  app.get('/api/plants/:scan/compare', async (c) => {
    const scan = await served.db.getScan(c.req.param('scan'))
    const { a, b } = c.req.query()
    if (!a || !b) badRequest('name two filesets: ?a=…&b=…')
    return json(c, await compared(scan, a, b))
  })
  app.get('/api/plants/:scan/lost/:photograph', async (c) => {
    const voxels = await filesetFor(c, site, 'voxels')
    const { plan } = await rows.planned(c.req.param('scan'))
    const photograph = c.req.param('photograph')
    const { bytes, share = 0 } = await lostPicture(site, voxels, plan, photograph)
    c.header('romi-lost-share', String(Number(share.toPrecision(4))))
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'image/png' })
  })
  app.get('/api/plants/:scan/record/:fileset', async (c) => {
    const scan = await served.db.getScan(c.req.param('scan'))
    return json(c, await recordShown(scan, c.req.param('fileset')))
  })
}

async function sendLayer(c: Context, site: Site, kind: PackedKind): Promise<Response> {
  const most = Math.round(Number(c.req.query('most') ?? usualMost))
  if (!(most >= leastMost && most <= mostMost))
    badRequest(`most is a number from ${leastMost} to ${mostMost}`)
  const fileset = await filesetFor(c, site, kind)
  const file = await layerFile(fileset, kind)
  const digest = await file.digest()
  const etag = `"${digest.slice(0, 32)}-${kind}-${most}"`
  if (isKnown(c, etag)) return notModified(etag)
  const bytes = await site.kept.get(etag, async () => {
    const job = { do: 'layer', file: await asideFile(site.served.db, file), kind, most } as const
    return (await site.aside.work(job)).bytes
  })
  return sendBytes(c, bytes, 'application/octet-stream', etag)
}

/** The fileset that is asked for; without a name that of today, else the newest. */
async function filesetFor(c: Context, site: Site, kind: LayerKind): Promise<Fileset> {
  const id = c.req.param('scan') ?? ''
  const scan = await site.served.db.getScan(id)
  const named = c.req.query('fileset')
  if (named !== undefined) return scan.getFileset(named)
  const { plan } = await site.rows.planned(id)
  const known = await knownFilesets(scan, plan)
  const [first] = layersOf(known.map(({ shown }) => shown))[kind] ?? []
  return first === undefined ? notThere(`${id} has no ${kind} yet`) : scan.getFileset(first)
}
