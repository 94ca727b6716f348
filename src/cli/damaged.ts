// Which of the photographs that an import took in cannot be read: told at once, not by a later run.
import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { asError, isRomiError } from '../base/errors.ts'
import { forEachLimited } from '../base/parallel.ts'
import { shellWord } from '../base/shell.ts'
import { inputFile } from '../task/input.ts'
import type { Library } from '../task/library.ts'
import { count } from '../base/number-words.ts'

/** A photograph that cannot be read. */
export interface Damaged {
  /** Its id in the scan. */
  readonly id: string
  readonly filename: string
  /** What is wrong, as the end of a sentence. */
  readonly why: string
}

/** Pictures in memory at a time. */
const decodedAtATime = 4

/** Decodes photographs as the steps will. @returns those that cannot be, in their order */
export async function damagedAmong(
  paths: readonly string[],
  library: Library,
): Promise<readonly Damaged[]> {
  const artifact = library.get('ImagesFilesetExists')?.output
  if (artifact?.kind !== 'file') return []
  const found = new Map<string, Damaged>()
  await forEachLimited(paths, decodedAtATime, async (path) => {
    const filename = basename(path)
    const id = basename(path, extname(path))
    const file = { id, filename, path, lineage: [] }
    try {
      await artifact.read(inputFile('', file, () => undefined))
    } catch (error) {
      // Whatever a codec throws of a file that is there: it is no picture that a step can use.
      if (!statSync(path, { throwIfNoEntry: false })) throw error
      found.set(path, { id, filename, why: reasonOf(error) })
    }
  })
  return paths.flatMap((path) => found.get(path) ?? [])
}

/** What the codec says, without the remedy that it adds for those who read a step's output. */
function reasonOf(error: unknown): string {
  if (!isRomiError(error)) return asError(error).message
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** The lines that tell of damaged photographs. @param scan its path, as one would type it */
export function damageLines(
  damaged: readonly Damaged[],
  scan: string,
  fileset: string,
): readonly string[] {
  if (damaged.length === 0) return []
  const ids = damaged.map(({ id }) => shellWord(id)).join(' ')
  const where = fileset === 'images' ? '' : ` --fileset ${fileset}`
  return [
    `${count(damaged.length, 'photograph')} cannot be read, so steps that read ${damaged.length === 1 ? 'it' : 'them'} will fail:`,
    ...damaged.map(({ filename, why }) => `  ${filename}: ${why}`),
    `put whole copies in their place in ${scan}/${fileset}, or leave them out:`,
    `  romi-run exclude ${shellWord(scan)} ${ids}${where} --why unreadable`,
  ]
}
