// What to do about an input that cannot be read: it depends on whether a step made it.
import { dirname } from 'node:path'
import { isRomiError, RomiError } from '../base/errors.ts'
import { shellWord } from '../base/shell.ts'
import type { JobFile, JobInput } from './job.ts'

/**
 * The error of an input that cannot be read, with what a person can do: a photograph is replaced or
 * left out, what a step made is deleted and made again. Other errors stay as they are.
 *
 * @param path of the file that was read, where the error does not tell
 */
export function withRemedy(error: RomiError, input: JobInput, path?: string): RomiError {
  if (!isRomiError(error, 'io/unreadable')) return error
  const at = typeof error.facts.path === 'string' ? error.facts.path : path
  const file = input.files.find((one) => one.path === at)
  if (!file) return error
  const what = typeof error.facts.what === 'string' ? error.facts.what : error.message
  const remedy = input.isMade
    ? `delete ${file.path} and run again: ${input.task} makes it anew`
    : `put a whole copy in its place, or leave it out: ${exclusionCommand(file, input)}`
  const facts = { ...error.facts, path: file.path }
  return new RomiError(error.code, `${what}; ${remedy}`, { cause: error.cause ?? error, facts })
}

/** The command that leaves a file out. */
function exclusionCommand({ id, path }: JobFile, { fileset }: JobInput): string {
  const scan = shellWord(dirname(dirname(path)))
  const where = fileset === undefined || fileset === 'images' ? '' : ` --fileset ${fileset}`
  return `romi-run exclude ${scan} ${shellWord(id)}${where} --why unreadable`
}
