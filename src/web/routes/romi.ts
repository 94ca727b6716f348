// The addresses that ROMI's viewer (plant-3d-explorer) asks for: the reading part of plantdb's.
import { Readable } from 'node:stream'
import type { Context, Hono } from 'hono'
import { readRegular } from '../../base/regular.ts'
import { version } from '../../base/version.ts'
import type { File } from '../../fsdb/file.ts'
import { databaseNames } from '../../fsdb/layout.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { zipPieces } from '../../io/zip/write.ts'
import { isRomiError } from '../../base/errors.ts'
import { badRequest, json, notThere } from '../http/answers.ts'
import { sendFile, typeOf } from '../http/send-file.ts'
import { sendImage } from '../images.ts'
import { photographFileset } from '../plants/photographs.ts'
import { unitOf } from '../plants/unit.ts'
import { brokenInfo, infoOf, tasksOf, type RomiInfo } from '../romi/info.ts'
import { angleData, mentions, scanData, skeletonData } from '../romi/scan-data.ts'
import { sendCloud, sendMesh } from '../romi/shapes.ts'
import { imagesAlias, viewerShots } from '../romi/shots.ts'
import type { Site } from '../site.ts'

/** Adds them. */
export function addRomi(app: Hono, site: Site): void {
  const { served } = site
  const scanOf = (c: Context) => served.db.getScan(c.req.param('scan') ?? '')
  const scaleOf = async (scan: Scan) => (await unitOf(scan, await served.pipeline())).millimetres
  const infos = async (c: Context) => json(c, await allInfos(site, c.req.query('filterQuery')))
  app.get('/scans', infos)
  app.get('/scans_info', infos)
  app.get('/scans/:scan', async (c) => {
    const scan = await scanOf(c)
    return json(c, await scanData(scan, await scaleOf(scan)))
  })
  app.get('/files/:scan/:path{.+}', (c) => sendRaw(c, site))
  app.get('/image/:scan/:fileset/:file', async (c) =>
    sendImage(c, served, site.kept, await namedFile(c, await scanOf(c))),
  )
  app.get('/mesh/:scan/:fileset/:file', async (c) => {
    const scan = await scanOf(c)
    return sendMesh(c, site, await namedFile(c, scan), await scaleOf(scan))
  })
  for (const route of ['pointcloud', 'pcGroundTruth'])
    app.get(`/${route}/:scan/:fileset/:file`, async (c) => {
      const scan = await scanOf(c)
      const size = c.req.query('size') ?? 'preview'
      return sendCloud(c, site, await namedFile(c, scan), await scaleOf(scan), size)
    })
  app.get('/skeleton/:scan', async (c) => {
    const scan = await scanOf(c)
    const found = await skeletonData(scan, await tasksOf(scan), await scaleOf(scan))
    return found ? json(c, found) : notThere(`${scan.id} has no skeleton`)
  })
  app.get('/sequence/:scan', async (c) => {
    const scan = await scanOf(c)
    const data = await angleData(scan, await tasksOf(scan), await scaleOf(scan), 1)
    return json(c, sequenceOf(data, c.req.query('type') ?? 'all'))
  })
  app.get('/archive/:scan', (c) => sendArchive(c, site))
  app.get('/refresh', (c) => c.json(200))
  app.get('/health', (c) => c.json({ status: 'healthy', version }))
}

/** Tells of all scans, or of those whose metadata hold the words that are asked for. */
async function allInfos({ served: { db } }: Site, words: string | undefined): Promise<RomiInfo[]> {
  const found: RomiInfo[] = []
  for (const id of await db.scanIds()) {
    try {
      const scan = await db.getScan(id)
      if (words && !mentions(await scan.getMetadata(), words)) continue
      found.push(await infoOf(scan))
    } catch (error) {
      if (!isRomiError(error)) throw error
      if (!words) found.push(brokenInfo(id))
    } finally {
      await db.release(id)
    }
  }
  return found
}

/** The file that is named by its id; `images` are the photographs, whatever their fileset is called. */
async function namedFile(c: Context, scan: Scan): Promise<File> {
  const named = c.req.param('fileset') ?? ''
  const isAlias = named === imagesAlias && !(await scan.hasFileset(named))
  const fileset = (isAlias && (await photographFileset(scan))) || (await scan.getFileset(named))
  return fileset.getFile(c.req.param('file') ?? '')
}

/** A raw file. The index is written for the viewer: the pictures of its poses come first. */
async function sendRaw(c: Context, site: Site): Promise<Response> {
  const { scan: id, path } = c.req.param() as { scan: string; path: string }
  const { db } = site.served
  const scan = await db.getScan(id)
  if (path === databaseNames.index) return json(c, await indexFor(scan))
  const names = path.split('/')
  const isAlias = names[0] === imagesAlias && !(await scan.hasFileset(imagesAlias))
  const photographs = isAlias ? await photographFileset(scan) : undefined
  const real = db.raw.path([
    scan.id,
    ...(photographs ? [photographs.id, ...names.slice(1)] : names),
  ])
  return sendFile(c, { path: real, digest: await db.digests.digest(real), type: typeOf(path) })
}

/** Filesets and files; of photographs those that have a pose, in its order. */
async function indexFor(scan: Scan) {
  const tasks = await tasksOf(scan)
  const found = ['Voxels', 'Colmap'].flatMap((task) => tasks.get(task) ?? [])
  const shots = await viewerShots(scan, found)
  const photographs = await photographFileset(scan)
  const row = ({ id, filename }: File) => ({ id, file: filename })
  const others = (await scan.getFilesets()).filter(({ id }) => id !== photographs?.id)
  const rest = others.map(async (fileset) => ({
    id: fileset.id,
    files: (await fileset.getFiles()).map(row),
  }))
  const first = shots.files.length > 0 ? [{ id: shots.fileset, files: shots.files.map(row) }] : []
  return { filesets: [...first, ...(await Promise.all(rest))] }
}

/** The whole, or one list of it; what was measured by hand bears the names of this interface. */
function sequenceOf(data: Awaited<ReturnType<typeof angleData>>, type: string) {
  const { measured_angles, measured_internodes, ...own } = data
  const all: Readonly<Record<string, unknown>> = {
    ...own,
    ...(measured_angles && { manual_angles: measured_angles }),
    ...(measured_internodes && { manual_internodes: measured_internodes }),
  }
  if (type === 'all') return all
  if (!/^(?:angles|internodes|fruit_points|manual_angles|manual_internodes)$/.test(type))
    badRequest('type is all, angles, internodes, fruit_points, manual_angles or manual_internodes')
  return all[type] ?? []
}

/** The folder of a scan as a ZIP, without what is ours alone, file by file. */
async function sendArchive(c: Context, { served: { db } }: Site): Promise<Response> {
  const scan = await db.getScan(c.req.param('scan') ?? '')
  const names = db.raw.namesIn(scan.id)
  async function* entries() {
    for (const path of names)
      yield { name: path.join('/'), bytes: await readRegular(db.raw.path(path)) }
  }
  const headers = {
    'Content-Type': 'application/zip',
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(scan.id)}.zip`,
  }
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  // Safe: the two streams are one, of Node's and the web's types.
  const body = Readable.toWeb(Readable.from(zipPieces(entries()))) as unknown as ReadableStream
  return c.body(body, 200, headers)
}
