// Lineages under the names of today.
//
// A step is complete by content: it may have been made from filesets that had the same content under
// other names. Its lineage, and its annotations, name those; metadata is looked up under the names
// that its inputs have now.
import type { FileRef } from '../../task/artifact.ts'
import { refKey, type Annotations } from '../facts/annotations.ts'
import type { FilesetFacts } from '../facts/facts.ts'
import type { StepRecord } from '../facts/record.ts'

/** The name of today by the name of then, of filesets that bear another one now. */
export type Names = ReadonlyMap<string, string>

/** Pairs the filesets of one lineage then and now; of lineages that differ in length, none. */
export function namesBetween(then: readonly string[], now: readonly string[]): Names {
  if (then.length !== now.length) return new Map()
  const pairs = then.map((name, i) => [name, now[i]] as const)
  return new Map(pairs.filter(([before, after]) => before !== after && after !== ''))
}

/** The names of today of all filesets that a record speaks of, where its step now reads these. */
export function namesSince(
  { inputs }: StepRecord,
  resolved: Readonly<Record<string, { readonly lineage: readonly string[] }>>,
): Names {
  const names = Object.entries(inputs).flatMap(([slot, input]) => [
    ...namesBetween(lineageOf(input), resolved[slot]?.lineage ?? []),
  ])
  return new Map(names)
}

/** A fileset and those that it descends from, nearest first; empty if there is no fileset. */
export const lineageOf = ({
  fileset,
  lineage,
}: {
  readonly fileset?: string
  readonly lineage: readonly string[]
}): readonly string[] => (fileset === undefined ? [] : [fileset, ...lineage])

export const nameOfToday = (fileset: string, names: Names): string => names.get(fileset) ?? fileset

export const renamedRef = ({ fileset, file }: FileRef, names: Names): FileRef => ({
  fileset: nameOfToday(fileset, names),
  file,
})

/** A fileset whose lineage bears the names of today. */
export const renamedFileset = (fileset: FilesetFacts, names: Names): FilesetFacts => ({
  ...fileset,
  lineage: fileset.lineage.map((id) => nameOfToday(id, names)),
  files: fileset.files.map((file) => ({
    ...file,
    lineage: file.lineage.map((ref) => renamedRef(ref, names)),
  })),
})

/** Annotations of files under the names of today. */
export function renamedAnnotations(annotations: Annotations, names: Names): Annotations {
  const entries = [...annotations].map(([key, metadata]) => {
    const cut = key.indexOf('/')
    const ref = { fileset: key.slice(0, cut), file: key.slice(cut + 1) }
    return [refKey(renamedRef(ref, names)), metadata] as const
  })
  return new Map(entries)
}
