// Keeps a folder of caches small: what was not used for longest leaves it.
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** In bytes: compiled code of one version of this program takes some 4 MB, a user's module some 10 kB. */
const cacheLimit = 64e6

const dayMs = 86_400_000

/**
 * Removes files until what is left takes no more than three quarters of `limit`, if all take more: the
 * ones that were not used for longest first. Another program may use the folder meanwhile: it finds a
 * file whole, or not at all, and then makes it again.
 */
export function trimCache(folder: string, limit = cacheLimit): void {
  const files = filesBelow(folder)
  let bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= limit) return
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (bytes <= limit * 0.75) return
    rmSync(path, { force: true })
    bytes -= size
  }
}

/** As `trimCache`, for what others put there: a look at one file, and at all of them once a day. */
export function trimDaily(folder: string, limit = cacheLimit): void {
  const mark = join(folder, 'trimmed')
  const last = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (Date.now() - last < dayMs) return
  writeFileSync(mark, '', { mode: 0o600 })
  trimCache(folder, limit)
}

/** Remembers that a file was used, to the day. */
export function markUsed(path: string): void {
  const now = Date.now()
  if (now - statSync(path).mtimeMs > dayMs) utimesSync(path, now / 1000, now / 1000)
}

interface CachedFile {
  readonly path: string
  readonly size: number
  /** When, in ms. */
  readonly used: number
}

/** Also those in folders: Node keeps one for each of its versions. */
function filesBelow(folder: string): CachedFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.isFile() ? [{ path, size: stat.size, used: stat.mtimeMs }] : []
  })
}
