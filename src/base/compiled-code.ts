// Keeps what Node made of our files, so that the next start need not compile them again.
import * as nodeModule from 'node:module'
import { ownCacheFolder } from './cache-folder.ts'
import { trimDaily } from './cache-limit.ts'

/** Since Node 22.8. */
type EnableCompileCache = ((folder: string) => unknown) | undefined

/** Has Node keep compiled code; not with `NODE_COMPILE_CACHE`, by which Node does so by itself. */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: EnableCompileCache }
  if (!enableCompileCache || env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return
  const folder = ownCacheFolder(env)
  if (folder === undefined) return
  enableCompileCache(folder)
  try {
    trimDaily(folder)
  } catch {
    // Another program trims it, too, or the disk is full.
  }
}
