// Publishes what a step made, with the record that tells from what and how.
import { RomiError } from '../base/errors.ts'
import type { Ready } from '../plan/decision.ts'
import type { MadeFileset } from '../plan/facts.ts'
import type { ComputingStep } from '../plan/key.ts'
import { metadataOf } from '../plan/record.ts'
import { recordOf, sameOutputs, type Product } from './made-record.ts'
import { carriedMetadata } from './prepare.ts'
import type { ScanRun } from './scan-run.ts'

/**
 * Makes a draft the fileset of its step; of a forced step that came out as before, nothing is
 * replaced but a fileset that is damaged.
 *
 * @param id of the fileset to be
 * @returns the id of the fileset that made room
 */
export async function publish(
  of: ScanRun,
  step: ComputingStep,
  ready: Ready,
  id: string,
  product: Product,
): Promise<string | undefined> {
  const { draft, items, result, seconds } = product
  const files = await draft.finished()
  if (items && files.length !== items.length) {
    throw new RomiError(
      'task/no-output',
      `${step.name} made ${files.length} of ${items.length} files`,
    )
  }
  const record = recordOf(of, step, ready, files, product)
  const at = { scan: of.scan.id, step: step.name }
  const finished = { is: 'finished', ...at, seconds, bytes: record.made.bytes } as const
  const { replaces } = ready
  const isForced = of.isForced(step.name)
  const isAsBefore = replaces && sameOutputs(record.outputs, replaces.record.outputs)
  if (isForced && isAsBefore && (await isWhole(replaces, of))) {
    await draft.discard()
    of.shared.tell({ ...finished, fileset: replaces.id, reproducible: true })
    return undefined
  }
  const { each } = step.task
  const carried = each === undefined ? {} : carriedMetadata(each, ready, of.looker)
  await draft.setMetadata(metadataOf(step.name, record, { ...carried, ...result.metadata }))
  await draft.publish(id, { replace: replaces?.id === id })
  if (replaces && replaces.id !== id) await of.scan.retireFileset(replaces.id)
  const madeBefore = replaces && otherVersions(replaces.record.made.versions, record.made.versions)
  const unsteady = isForced && madeBefore && !isAsBefore ? { reproducible: false, madeBefore } : {}
  of.shared.tell({ ...finished, fileset: id, ...unsteady })
  return replaces?.id
}

const isWhole = async (made: MadeFileset, { facts }: ScanRun): Promise<boolean> =>
  (await facts.condition(made)).missing.length === 0

/** What was of another version then: Node's mathematics may differ in the last bit, programs in more. */
function otherVersions(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  const names = Object.keys(then).filter((name) => then[name] !== now[name])
  return names.map((name) => `${name} ${then[name]}`)
}
