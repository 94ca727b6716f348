// Corrections by hand of files that a step made: which stay with it when it is made again, and which
// would be left behind.
import type { Digest } from '../base/digest.ts'
import { some } from '../base/some.ts'
import type { FileFacts, ScanFacts } from './facts/facts.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'

/** A file of a made fileset that somebody changed, or that was taken over from such a one. */
export interface Edit {
  readonly fileset: string
  readonly file: FileFacts
  /** The per-file key of what the step had made; absent for steps that make a whole. */
  readonly key: Digest | undefined
  /** The digest of what the step had made. */
  readonly made: Digest
}

/** Corrections that a step leaves behind, and the fileset where they lie. */
export interface LeftEdits {
  readonly fileset: string
  /** Ids. */
  readonly files: readonly string[]
}

/** All corrections of what a step made, in the order of the index. */
export async function editsOf({ name }: ComputingStep, facts: ScanFacts): Promise<readonly Edit[]> {
  const edits: Edit[] = []
  for (const made of facts.made) {
    if (made.task !== name) continue
    const edited = new Set((await facts.condition(made)).edited)
    if (edited.size === 0) continue
    const { files } = await facts.fileset(made.id)
    for (const file of files) {
      if (!edited.has(file.id)) continue
      const { key, digest, made: own = digest } = made.record.outputs[file.id]
      edits.push({ fileset: made.id, file, key, made: own })
    }
  }
  return edits
}

/**
 * The corrections that stay: those of files whose own key is the same; of several of one file the
 * one in the fileset listed last.
 *
 * @param keys the per-file keys of what is to be made, by id
 */
export function keptEdits(
  edits: readonly Edit[],
  keys: ReadonlyMap<string, Digest>,
): ReadonlyMap<string, Edit> {
  const fitting = edits.filter(({ key, file }) => key !== undefined && key === keys.get(file.id))
  return new Map(fitting.map((edit) => [edit.file.id, edit]))
}

/** The corrections that do not stay, except those whose very bytes do; each where it was last. */
export function leftEdits(
  edits: readonly Edit[],
  kept: ReadonlyMap<string, Edit>,
): readonly LeftEdits[] {
  const left = edits.filter(({ file }) => kept.get(file.id)?.file.digest !== file.digest)
  const last = new Map(left.map((edit) => [`${edit.file.id} ${edit.file.digest}`, edit]))
  const filesets = [...new Set([...last.values()].map(({ fileset }) => fileset))]
  return filesets.map((fileset) => ({
    fileset,
    files: [...last.values()].filter((edit) => edit.fileset === fileset).map(({ file }) => file.id),
  }))
}

/** `corrections by hand stay behind: a, b in Masks_…`. */
export const leftEditsText = (left: readonly LeftEdits[]): string =>
  `corrections by hand stay behind: ${left.map(({ fileset, files }) => `${some(files)} in ${fileset}`).join('; ')}`
