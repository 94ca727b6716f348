// Where things are kept that can be made again, and that run as the user: a folder of the user alone.
import { lstatSync, mkdirSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/**
 * A folder in the user's folder of caches, made if need be. `undefined` if others may write there,
 * or if there is no such place.
 */
export function ownCacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  name: 'romi-run' | 'romi-run-page' = 'romi-run',
): string | undefined {
  const parent = cachesOf(env)
  // Windows tells nobody's number, and so not whose a folder is.
  const user = process.getuid?.()
  if (user === undefined || parent === undefined) return undefined
  const folder = join(parent, name)
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
