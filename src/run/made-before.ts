// Files that an earlier variant of a step made, to be taken over.
import type { Digest } from '../base/digest.ts'
import type { FileFacts, ScanFacts } from '../plan/facts/facts.ts'
import { findFile } from '../plan/facts/find-file.ts'
import type { CheckedValues } from '../task/check.ts'

/** A file that was made before, with what the checks told of it. */
export interface MadeFile {
  readonly file: FileFacts
  readonly checks: CheckedValues | undefined
}

/**
 * A file that an earlier variant of a task made from the same file in the same way, if it still is
 * what was written.
 *
 * @param key of the file
 */
export async function findMade(
  facts: ScanFacts,
  task: string,
  key: Digest,
  id: string,
): Promise<MadeFile | undefined> {
  for (const made of facts.made.toReversed()) {
    const output = made.record.outputs[id]
    if (made.task !== task || output?.key !== key || output.edited) continue
    const file = findFile(await facts.fileset(made.id), id)
    if (file?.digest === output.digest) return { file, checks: output.checks }
  }
  return undefined
}
