// Files that were made before are taken over: corrected by hand, finished by a run that was killed, or
// of an earlier variant of the step.
import type { Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/types.ts'
import type { Draft } from '../fsdb/draft.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { editsOf, keptEdits } from '../plan/edits.ts'
import type { FileFacts, ScanFacts } from '../plan/facts/facts.ts'
import { findFile } from '../plan/facts/find-file.ts'
import type { CheckedValues } from '../task/check.ts'
import { givenMetadata, type PreparedItem } from './prepare.ts'

/** What may be taken over, and where it is looked for. */
export interface TakeOver {
  readonly step: ComputingStep
  readonly facts: ScanFacts
  /** Whether files that somebody corrected stay. */
  readonly keepsEdits: boolean
  /** Whether files stay that an earlier run or variant made. */
  readonly keepsMade: boolean
}

/** Brings into a draft what was made before, and drops what is wanted no more. @returns what is missing */
export async function takeOver(
  draft: Draft,
  items: readonly PreparedItem[],
  from: TakeOver,
): Promise<readonly PreparedItem[]> {
  const edited = from.keepsEdits ? await adoptEdits(draft, items, from) : new Set<string>()
  // What a killed run took over and nobody has any more is made anew.
  for (const file of await draft.finished())
    if (file.made !== undefined && !edited.has(file.id)) await draft.dropFile(file.id)
  const others = items.filter(({ id }) => !edited.has(id))
  return from.keepsMade ? adoptMade(draft, others, edited, from) : others
}

/** Takes over what somebody corrected of the same file, made in the same way. @returns its ids */
async function adoptEdits(
  draft: Draft,
  items: readonly PreparedItem[],
  { step, facts }: TakeOver,
): Promise<ReadonlySet<string>> {
  const kept = keptEdits(await editsOf(step, facts), new Map(items.map(({ id, key }) => [id, key])))
  const edited = new Set<string>()
  for (const item of items) {
    const edit = kept.get(item.id)
    if (edit && (await adopt(draft, item, edit.file, step, { made: edit.made })))
      edited.add(item.id)
  }
  return edited
}

/** Takes over what was made before from the same file in the same way. @returns what is missing */
async function adoptMade(
  draft: Draft,
  items: readonly PreparedItem[],
  edited: ReadonlySet<string>,
  { step, facts }: TakeOver,
): Promise<readonly PreparedItem[]> {
  const wanted = new Map(items.map((item) => [item.id, item]))
  const done = new Set<string>()
  for (const file of await draft.finished()) {
    if (wanted.get(file.id)?.key === file.key) done.add(file.id)
    else if (!edited.has(file.id)) await draft.dropFile(file.id)
  }
  const missing: PreparedItem[] = []
  for (const item of items) {
    if (done.has(item.id)) continue
    const earlier = await findMade(facts, step.name, item.key, item.id)
    // Safe: they were read from a record, which is made of JSON values only.
    const note = earlier?.checks as JsonObject | undefined
    const isTaken = earlier && (await adopt(draft, item, earlier.file, step, note && { note }))
    if (!isTaken) missing.push(item)
  }
  return missing
}

/** @param more of a file that somebody corrected: the digest of what the step had made; its checks */
async function adopt(
  draft: Draft,
  { id, key, inherited }: PreparedItem,
  { path, digest, own }: FileFacts,
  step: ComputingStep,
  more: { readonly made?: Digest; readonly note?: JsonObject } = {},
): Promise<boolean> {
  const metadata = { ...own, ...inherited, ...givenMetadata(step) }
  return (await draft.adoptFile(id, path, metadata, { key, digest, ...more })) !== undefined
}

/** A file that was made before, with what the checks told of it. */
interface MadeFile {
  readonly file: FileFacts
  readonly checks: CheckedValues | undefined
}

/**
 * A file that an earlier variant of a task made from the same file in the same way, if it still is
 * what was written.
 *
 * @param key of the file
 */
async function findMade(
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
