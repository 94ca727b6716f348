// Publishes what a step made, with the record of it: what it saw, what it made, and how.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { hostname } from 'node:os'
import type { Digest } from '../base/digest.ts'
import { RomiError } from '../base/errors.ts'
import { some } from '../base/some.ts'
import type { JsonObject } from '../base/types.ts'
import type { Draft, FinishedFile } from '../fsdb/draft.ts'
import type { Ready } from '../plan/decision.ts'
import { ownMetadataDigest } from '../plan/by-hand.ts'
import type { MadeFileset, ScanFacts } from '../plan/facts/facts.ts'
import {
  recordMetadata,
  type InputRecord,
  type Making,
  type OutputRecord,
  type StepRecord,
} from '../plan/facts/record.ts'
import { digestOfSelection } from '../plan/inputs/selection.ts'
import { toldOf } from '../plan/told.ts'
import { judge } from '../plan/checks.ts'
import { checkedValues, type CheckedValues } from '../task/check.ts'
import type { JobResult } from './job.ts'
import { givenMetadata, type PreparedItem, type PreparedStep } from './prepare.ts'
import type { StepHost } from './step-host.ts'

/** What a step has made, in a draft. */
export interface Product {
  readonly draft: Draft
  readonly result: JobResult
  /** How long it took. */
  readonly seconds: number
  /** The last message of its task. */
  readonly said?: string
}

/**
 * Makes a draft the fileset of its step; of a forced step that came out as before, nothing is
 * replaced but a fileset that is damaged.
 *
 * @returns the id of the fileset that was replaced
 */
export async function publish(
  prepared: PreparedStep,
  { draft, result, seconds, said }: Product,
  { scan, facts, run: shared, isForced, dropsEdits }: StepHost,
): Promise<string | undefined> {
  const { step, ready, name, items, inherited: carried } = prepared
  const files = await draft.finished()
  if (items && files.length !== items.length) {
    throw new RomiError(
      'task/no-output',
      `${step.name} made ${files.length} of ${items.length} files`,
    )
  }
  const own = { ...carried, ...result.metadata }
  const record = recordOf(step, ready, files, items, ownMetadataDigest(own), result.checks, {
    at: shared.now().toISOString(),
    seconds: Math.round(seconds * 1000) / 1000,
    run: shared.log.id,
    versions: { ...shared.versions, ...result.versions },
    ...(said !== undefined && { said }),
    ...(result.warned && { warned: result.warned }),
    host: result.elsewhere?.node ?? hostname(),
    ...(result.elsewhere && { coreSeconds: result.elsewhere.coreSeconds }),
  })
  const at = { scan: scan.id, step: step.name }
  const checks = judge(step, record, [])
  const { bytes, coreSeconds } = record.made
  const cost = { seconds, bytes, ...(coreSeconds !== undefined && { coreSeconds }) }
  const finished = { is: 'finished', ...at, ...cost, ...(checks.length > 0 && { checks }) } as const
  const { replaces } = ready
  const isAsBefore = replaces && sameOutputs(record.outputs, replaces.record.outputs)
  const left = replaces ? await correctionsLeft(replaces, record, facts) : []
  const isToStay = isAsBefore && !(dropsEdits && left.length > 0)
  const isKept = isForced && isToStay && !tellsMore(record, replaces.record)
  if (isKept && (await facts.condition(replaces)).missing.length === 0) {
    await draft.discard()
    shared.tell({ ...finished, fileset: replaces.id, reproducible: true })
    return undefined
  }
  const retired = new Set(left.length > 0 ? await scan.retired() : [])
  await draft.setMetadata(recordMetadata(step.name, record, own))
  await draft.publish(name, { replace: replaces?.id === name })
  if (replaces && replaces.id !== name) await scan.retireFileset(replaces.id)
  if (left.length > 0) {
    const folders = (await scan.retired()).filter((path) => !retired.has(path))
    const text = `corrections by hand went to ${folders.join(', ')}: ${some(left)}`
    shared.tell({ is: 'said', ...at, level: 'warn', text })
  }
  const madeBefore = replaces && otherVersions(replaces, record)
  const unsteady = isForced && madeBefore && !isAsBefore ? { reproducible: false, madeBefore } : {}
  shared.tell({ ...finished, fileset: name, ...unsteady })
  return replaces?.id
}

/** Whether the newer of two equal results has a check or a message that the older one lacks. */
function tellsMore(now: StepRecord, before: StepRecord): boolean {
  const known = toldChecks(before)
  if (now.made.said !== undefined && before.made.said === undefined) return true
  if (now.made.warned && !before.made.warned) return true
  return [...toldChecks(now)].some((check) => !known.has(check))
}

const toldChecks = ({ checks = {}, outputs }: StepRecord): ReadonlySet<string> =>
  new Set(
    [checks, ...Object.values(outputs).map((output) => output.checks ?? {})].flatMap(Object.keys),
  )

/** The files of a replaced fileset that somebody corrected and that are not in what replaces it. */
async function correctionsLeft(
  replaced: MadeFileset,
  { outputs }: StepRecord,
  facts: ScanFacts,
): Promise<readonly string[]> {
  const edited = new Set((await facts.condition(replaced)).edited)
  if (edited.size === 0) return []
  const { files } = await facts.fileset(replaced.id)
  const lost = files.filter(({ id, digest }) => edited.has(id) && outputs[id]?.digest !== digest)
  return lost.map(({ id }) => id)
}

/** What was of another version then: Node's mathematics may differ in the last bit, programs in more. */
function otherVersions(before: MadeFileset, now: StepRecord): readonly string[] {
  const then = before.record.made.versions
  const names = Object.keys(then).filter((name) => then[name] !== now.made.versions[name])
  return names.map((name) => `${name} ${then[name]}`)
}

/** The record of what a step made: from what, how, when and where. */
export function recordOf(
  step: ComputingStep,
  ready: Ready,
  files: readonly FinishedFile[],
  items: readonly PreparedItem[] | undefined,
  metadata: Digest,
  checks: CheckedValues,
  making: Omit<Making, 'bytes'>,
): StepRecord {
  const { each, version, code } = step.task
  const above = each === undefined ? undefined : ready.inputs[each].fileset
  return {
    format: 1,
    key: ready.key,
    version,
    ...(code && { code }),
    params: step.identity.params,
    inputs: inputRecords(toldOf(step, ready.inputs)),
    annotators: annotatorKeys(ready),
    outputs: outputRecords(files, items),
    lineage: above ? [above.id, ...above.lineage] : [],
    ...(items && { carried: inheritedKeys(items, givenMetadata(step)) }),
    metadata,
    ...(Object.keys(checks).length > 0 && { checks }),
    made: {
      at: making.at,
      seconds: making.seconds,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      host: making.host,
      run: making.run,
      versions: making.versions,
      ...(making.said !== undefined && { said: making.said }),
      ...(making.warned && { warned: making.warned }),
      ...(making.coreSeconds !== undefined && { coreSeconds: making.coreSeconds }),
    },
  }
}

const annotatorKeys = ({ annotators }: Ready): Record<string, Digest> =>
  Object.fromEntries([...annotators].flatMap(([name, { key }]) => (key ? [[name, key]] : [])))

function outputRecords(
  files: readonly FinishedFile[],
  items: readonly PreparedItem[] | undefined,
): StepRecord['outputs'] {
  const lineages = new Map(items?.map(({ id, lineage }) => [id, lineage]))
  const outputs = files.map(({ id, filename, digest, size, key, note, made, metadata }) => {
    const lineage = lineages.get(id)
    const output = {
      file: filename,
      digest,
      size,
      ...(key !== undefined && { key }),
      ...(lineage && { lineage }),
      ...(note && { checks: checkedValues(note) }),
      ...(metadata !== undefined && { metadata }),
      ...(made !== undefined && { edited: true, made }),
    }
    // Safe: the keys in this draft's journal were written by our own jobs.
    return [id, output as OutputRecord] as const
  })
  return Object.fromEntries(outputs)
}

/** The metadata keys that the files carry on, less those that the task writes itself. */
function inheritedKeys(items: readonly PreparedItem[], own: JsonObject): readonly string[] {
  const keys = new Set(items.flatMap(({ inherited: inherits }) => Object.keys(inherits)))
  return [...keys].filter((key) => !Object.hasOwn(own, key)).sort()
}

/** The inputs of a step as its record keeps them: those that entered its key. */
function inputRecords(inputs: Ready['inputs']): Record<string, InputRecord> {
  const records = Object.entries(inputs).map(([slot, input]) => {
    const { from, fileset, digest, seen, passedOver, excluded } = input
    // If somebody left files out, the maker's key would stand for more than was read.
    const maker = excluded.length === 0 ? fileset?.maker : undefined
    const record: InputRecord = {
      from,
      ...(fileset && { fileset: fileset.id }),
      ...(maker && { maker }),
      digest,
      lineage: fileset?.lineage ?? [],
      selection: digestOfSelection(input.selection),
      seen,
      passedOver: maker ? passedOver : [],
    }
    return [slot, record] as const
  })
  return Object.fromEntries(records)
}

/** Whether two outputs of a step are the same files with the same bytes, corrections by hand apart. */
function sameOutputs(
  a: Readonly<Record<string, OutputRecord>>,
  b: Readonly<Record<string, OutputRecord>>,
): boolean {
  const ids = Object.keys(a)
  return (
    ids.length === Object.keys(b).length &&
    ids.every((id) => b[id] && ownDigest(b[id]) === ownDigest(a[id]) && b[id].file === a[id].file)
  )
}

const ownDigest = ({ digest, made = digest }: OutputRecord): Digest => made
