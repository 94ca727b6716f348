// Errors of a look-up: what was asked for, and what there is.
import { RomiError } from '../base/errors.ts'

const mostListed = 20

/**
 * The one of several names that differs from `name` in how its accents are stored only: composed, or
 * taken apart as macOS does.
 */
export function sameName<Name extends string>(
  name: string,
  there: Iterable<Name>,
): Name | undefined {
  const composedName = name.normalize('NFC')
  // Most names have no accent, and need no look at the others.
  if (composedName === name.normalize('NFD')) return undefined
  for (const other of there) if (other.normalize('NFC') === composedName) return other
  return undefined
}

/** The error of a look-up that found nothing; it lists what there is. */
export function notFound(
  kind: 'scan' | 'fileset' | 'file',
  id: string,
  where: string,
  there: readonly string[],
): RomiError {
  const more = there.length > mostListed ? `, … (${there.length} in all)` : ''
  const list = there.length === 0 ? 'none' : there.slice(0, mostListed).join(', ') + more
  const message = `there is no ${kind} ${JSON.stringify(id)} in ${where}; there is: ${list}`
  return new RomiError(`store/${kind}-missing`, message, { facts: { id, there } })
}
