// Where things are kept that can be made again, and that run as the user: a folder of the user alone.
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/**
 * `romi-run` in the user's folder of caches, made if need be. `undefined` if others may write there,
 * or if there is no such place.
 */
export function ownCacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const parent = cachesOf(env)
  // Windows tells nobody's number, and so not whose a folder is.
  const user = process.getuid?.()
  if (user === undefined || parent === undefined) return undefined
  const folder = join(parent, 'romi-run')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // A link to a folder is none.
    const found = lstatSync(folder)
    const isOwn = found.isDirectory() && found.uid === user && (found.mode & 0o022) === 0
    return isOwn ? folder : undefined
  } catch {
    // On a disk that is full or read-only nothing is kept, and all is made again.
    return undefined
  }
}

function cachesOf({ XDG_CACHE_HOME: caches, HOME: home }: NodeJS.ProcessEnv): string | undefined {
  if (caches !== undefined && isAbsolute(caches)) return caches
  return home !== undefined && isAbsolute(home) ? join(home, '.cache') : undefined
}

/** What was kept under a name; `undefined` if nothing was. */
export function keptText(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

/** Keeps a text under a name, whole or not at all. */
export function keepText(folder: string, name: string, text: string): void {
  const path = join(folder, name)
  const temporary = `${path}.${process.pid}`
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, path)
  } catch {
    // As above: what is not kept is made again.
  }
}
