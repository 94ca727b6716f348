// Paths as people type them, also where no shell has expanded them: in files, in quotes.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { RomiError } from './errors.ts'

/**
 * The absolute path that a text means, from a folder on: `~/db` is in the home folder.
 *
 * @throws RomiError `cli/bad-path` at the home of somebody else, which only a shell knows
 */
export function pathFrom(folder: string, text: string): string {
  if (text === '~') return homedir()
  if (/^~[/\\]/.test(text)) return join(homedir(), text.slice(2))
  if (/^~[^/\\]*[/\\]/.test(text))
    throw new RomiError(
      'cli/bad-path',
      `${text} means the home folder of another: write it in full`,
    )
  return resolve(folder, text)
}
