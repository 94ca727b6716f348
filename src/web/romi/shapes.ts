// Meshes and clouds for ROMI's viewer: PLY, in millimetres, with fewer points if it asks so.
import type { Context } from 'hono'
import type { File } from '../../fsdb/file.ts'
import { isKnown, notModified, sendBytes } from '../http/answers.ts'
import { asideFile } from '../aside/aside-file.ts'
import type { AsideJob } from '../aside/work.ts'
import { sendFile } from '../http/send-file.ts'
import type { Site } from '../site.ts'

const plyType = 'application/octet-stream'

/** The file itself where it is in millimetres, else a scaled copy. */
export async function sendMesh(c: Context, site: Site, file: File, scale: number) {
  const digest = await file.digest()
  if (scale === 1) return sendFile(c, { path: rawPath(site, file), digest, type: plyType })
  return sendMade(c, site, `${digest.slice(0, 32)}-mesh-${scale}`, async () => {
    return { do: 'mesh', file: await asideFile(site.served.db, file), scale }
  })
}

/** @param size `orig`, `preview`, or the edge of the cells of which one point each is kept, in mm */
export async function sendCloud(c: Context, site: Site, file: File, scale: number, size: string) {
  const digest = await file.digest()
  if (size === 'orig' && scale === 1)
    return sendFile(c, { path: rawPath(site, file), digest, type: plyType })
  return sendMade(c, site, `${digest.slice(0, 32)}-cloud-${scale}-${size}`, async () => {
    return { do: 'cloud', file: await asideFile(site.served.db, file), scale, size }
  })
}

async function sendMade(c: Context, site: Site, key: string, job: () => Promise<AsideJob>) {
  const etag = `"${key}"`
  if (isKnown(c, etag)) return notModified(etag)
  const make = async () => (await site.aside.work(await job())).bytes
  return sendBytes(c, await site.kept.get(etag, make), plyType, etag)
}

const rawPath = ({ served: { db } }: Site, file: File): string =>
  db.raw.path(file.path.slice(db.path.length).split(/[/\\]/).filter(Boolean))
