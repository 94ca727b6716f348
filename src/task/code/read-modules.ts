// Readings of modules that are kept: the parser is loaded only for what has changed.
import { extname } from 'node:path'
import { ownCacheFolder } from '../../base/cache-folder.ts'
import { fromSources } from '../../base/from-sources.ts'
import { sha256 } from '../../base/digest.ts'
import { keepText, keptText } from '../../base/kept-text.ts'
import { once } from '../../base/memo.ts'
import { version } from '../../base/version.ts'
import { readModule, type ReadModule } from './tokens.ts'

/** While this program is worked on, two of one version may read differently. */
const folderOfReadings = once(() => (fromSources ? undefined : ownCacheFolder()))

/** As `readModule`; a text that was read before is not parsed again. */
export async function readingOf(
  text: string,
  path: string,
  folder: string | undefined = folderOfReadings(),
): Promise<ReadModule> {
  if (folder === undefined) return readModule(text, path)
  const of = sha256([version, extname(path), text].join('\0'))
  const name = `reading-${of.slice(0, 32)}.json`
  const kept = keptReading(keptText(folder, name))
  if (kept) return kept
  const reading = await readModule(text, path)
  keepText(folder, name, JSON.stringify(reading))
  return reading
}

function keptReading(text: string | undefined): ReadModule | undefined {
  try {
    // Safe: the folder is the user's alone, and each file in it is written whole.
    return text === undefined ? undefined : (JSON.parse(text) as ReadModule)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
