// The files of the page, as they were bundled: those that are in its folder, and no other.
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from 'hono'
import { sha256File } from '../../base/digest.ts'
import { fromSources } from '../../base/from-sources.ts'
import { RomiError, systemCode } from '../../base/errors.ts'
import { sendFile } from './send-file.ts'

/** Where the bundle lies, be this the built program or its sources. */
export const pageFolder = fileURLToPath(
  new URL(fromSources ? '../../../dist/page' : '../../../page', import.meta.url),
)

const pageTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  map: 'application/json',
}

/** @throws RomiError `web/no-page`, `web/not-found` */
export async function sendPageFile(c: Context, name: string, folder: string): Promise<Response> {
  const names = pageNames(folder)
  if (!names.includes(name)) {
    const isBuilt = names.includes('index.html')
    throw new RomiError(
      isBuilt ? 'web/not-found' : 'web/no-page',
      isBuilt ? `the page has no file ${name}` : `${folder} holds no page: npm run build makes it`,
    )
  }
  const path = join(folder, name)
  const type = pageTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  return sendFile(c, { path, digest: await sha256File(path), type })
}

/** Relative to the folder. */
function pageNames(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  } catch (error) {
    // Nobody built it: whoever asks for a file of it is told.
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
