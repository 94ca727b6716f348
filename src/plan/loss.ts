// What a fileset lists but does not have: fewer files than there should be are no input.
import { some } from '../base/some.ts'
import { databaseNames } from '../fsdb/layout.ts'
import type { FilesetFacts } from './facts/facts.ts'

/**
 * Why a fileset that no step here makes cannot be read as it stands, if it cannot.
 * @param isAsked of a file's id, whether it is asked for; without it, all are
 */
export function whyUnusable(
  { id, gone, unusable }: FilesetFacts,
  scan: string,
  isAsked: (file: string) => boolean = () => true,
): string | undefined {
  if (unusable.length > 0) {
    const which = some(unusable, 5, '; ')
    return `${databaseNames.index} of ${scan} has entries for ${id} that cannot be used (${which}): correct or delete them`
  }
  const lost = gone.filter(isAsked)
  if (lost.length === 0) return undefined
  return `${id} of ${scan} lists files that are gone (${some(lost, 5)}): restore them, leave them out (romi-run exclude), or delete their entries in ${databaseNames.index}`
}
