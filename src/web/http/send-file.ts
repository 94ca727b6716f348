// Files as they are: streamed, with an ETag by content, never run by a browser.
import { Readable } from 'node:stream'
import type { Context } from 'hono'
import { openRegularHandle } from '../../base/regular.ts'
import { isKnown, notModified } from './answers.ts'

/** What a browser may show as what it is; all else is bytes to be saved. */
const fileTypes: Readonly<Record<string, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
  toml: 'text/plain; charset=utf-8',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  svg: 'image/svg+xml',
}

/** The media type of a file of a database by its name: never HTML, never a script. */
export const typeOf = (name: string): string =>
  fileTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'

/** @param file `path` real, without links; `digest` of its bytes */
export async function sendFile(
  c: Context,
  file: { readonly path: string; readonly digest: string; readonly type: string },
): Promise<Response> {
  const etag = `"${file.digest.slice(0, 32)}"`
  if (isKnown(c, etag)) return notModified(etag)
  const handle = await openRegularHandle(file.path)
  const { size } = await handle.stat()
  const headers = {
    'Content-Type': file.type,
    'Content-Length': String(size),
    'Cache-Control': 'no-cache',
    ETag: etag,
  }
  if (c.req.method === 'HEAD') {
    await handle.close()
    return c.body(null, 200, headers)
  }
  // Safe: the two streams are one, of Node's and the web's types. It closes the file at its end.
  const stream = Readable.toWeb(handle.createReadStream()) as unknown as ReadableStream
  return c.body(stream, 200, headers)
}
