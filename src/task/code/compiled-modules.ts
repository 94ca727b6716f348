// Users' modules as they were compiled: the compiler is loaded only for what has changed.
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
    const of = sha256(JSON.stringify([version, options]))
    const name = `compiled-${sha256(options.filename ?? '').slice(0, 32)}.js`
    const first = `// ${of}\n`
    const kept = keptText(folder, name)
    if (kept?.startsWith(first)) return { code: kept.slice(first.length) }
    const code = loaded().transform(options)
    keepText(folder, name, first + code)
    return { code }
  }
}
