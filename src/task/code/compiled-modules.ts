// Users' modules as they were compiled: the compiler is loaded only for what has changed.
import { extname } from 'node:path'
import type { Jiti, TransformOptions, TransformResult } from 'jiti'
import { ownCacheFolder } from '../../base/cache-folder.ts'
import { sha256 } from '../../base/digest.ts'
import { keepText, keptText } from '../../base/kept-text.ts'
import { once } from '../../base/memo.ts'
import { version } from '../../base/version.ts'

/**
 * Compiles as `compiler` does; what was compiled before is taken from the user's own folder. The
 * loader has a cache, too, but in a folder where others may write, and two that write at a time may
 * leave a file of both.
 */
export function keptCompiler(
  compiler: () => Pick<Jiti, 'transform'>,
  folder: string | undefined = ownCacheFolder(),
): (options: TransformOptions) => TransformResult {
  const loaded = once(compiler)
  return (options) => {
    if (folder === undefined) return { code: loaded().transform(options) }
    const name = `compiled-${sha256(JSON.stringify([version, essentials(options)])).slice(0, 32)}.js`
    const kept = keptText(folder, name)
    if (kept !== undefined) return { code: kept }
    const code = loaded().transform(options)
    // What it says of a mistake names the file.
    if (!code.includes('__JITI_ERROR__')) keepText(folder, name, code)
    return { code }
  }
}

/** What the result hangs on: of a module that does not ask where it lies, its name does not count. */
function essentials(options: TransformOptions): TransformOptions {
  const { filename = '', source } = options
  return source.includes('import.meta') ? options : { ...options, filename: extname(filename) }
}
