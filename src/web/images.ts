// Pictures of the database as they are shown: smaller, as JPEG, kept as long as there is room.
import type { Context } from 'hono'
import PQueue from 'p-queue'
import { asError, RomiError } from '../base/errors.ts'
import type { File } from '../fsdb/file.ts'
import { faultText } from '../io/image.ts'
import { loadSharp } from '../io/sharp.ts'
import { badRequest, isKnown, notModified, sendBytes } from './http/answers.ts'
import { sendFile, typeOf } from './http/send-file.ts'
import type { KeptBytes } from './kept-bytes.ts'
import { isShowable } from './plants/photographs.ts'
import type { Served } from './served.ts'

/** The longer side of what ROMI's words ask for, in pixels. */
const sizeWords: Readonly<Record<string, number>> = { thumb: 150, large: 1500 }

/** More is as good as the file itself. */
const largestSide = 4096

/** Pictures are scaled in the threads that read files, too: some are left for other requests. */
const scaling = new PQueue({ concurrency: 2 })

/**
 * @param side the longer one, in pixels
 * @throws RomiError `io/unreadable`: a picture of a part would pass for the whole
 */
async function scaledPicture(file: File, side: number): Promise<Uint8Array> {
  const sharp = loadSharp()
  const bytes = await file.read()
  try {
    return await sharp(bytes, { failOn: 'error', sequentialRead: true })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 82 })
      .toBuffer()
  } catch (error) {
    const why = faultText(asError(error).message)
    throw new RomiError('io/unreadable', `${file.filename} cannot be shown: ${why}`)
  }
}

/** Sends a picture of a fileset; `size` as ROMI's interface has it: thumb, large, orig or pixels. */
export async function sendImage(
  c: Context,
  { db }: Served,
  kept: KeptBytes,
  file: File,
): Promise<Response> {
  if (!isShowable(file)) badRequest(`${file.filename} is no picture`)
  const asked = c.req.query('size') ?? 'thumb'
  const size = asked === 'orig' ? undefined : (sizeWords[asked] ?? Number(asked))
  if (size !== undefined && !(size >= 1 && size <= largestSide))
    badRequest(`size is thumb, large, orig, or pixels from 1 to ${largestSide}`)
  const digest = await file.digest()
  const path = db.raw.path([...namesTo(file, db.path)])
  if (size === undefined) return sendFile(c, { path, digest, type: typeOf(file.filename) })
  const etag = `"${digest.slice(0, 32)}-${size}"`
  if (isKnown(c, etag)) return notModified(etag)
  const bytes = await kept.get(etag, () => scaling.add(() => scaledPicture(file, Math.round(size))))
  return sendBytes(c, bytes, 'image/jpeg', etag)
}

/** The names on the way to a file from the database on. */
const namesTo = (file: File, root: string): string[] =>
  file.path.slice(root.length).split(/[/\\]/).filter(Boolean)
