// Why a step runs, as data: the same in text, in JSON and in records.
import { canonical } from '../base/canonical.ts'
import { isDigest, type Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/types.ts'
import type { ModuleCode } from '../task/code/module-code.ts'
import type { SeenContent, StepRecord } from './facts/record.ts'

/** A parameter whose value is another than before; `undefined`: it had, or has, none. */
export interface ParameterChange {
  readonly name: string
  readonly from: Json | undefined
  readonly to: Json | undefined
  /** The line of the pipeline that sets it; absent for a default. */
  readonly line?: number
}

/** A metadata value that is another than before. */
export interface MetadataChange {
  readonly key: string
  /** Ids of the files that have it; none for one of the fileset, of the scan or the measures. */
  readonly files: readonly string[]
  /** As canonical JSON, where the change is the same for all files and short; absent: no value. */
  readonly values?: { readonly from?: string; readonly to?: string }
}

/** Its code is another; or it was not recorded then; or it does not count any more. */
export type CodeChange = 'other' | 'counts-now' | 'counts-no-more'

/** One reason to run; a new member makes the compiler name every place that must speak of it. */
export type Reason =
  | { readonly why: 'never-ran' }
  | { readonly why: 'parameter'; readonly changes: readonly ParameterChange[] }
  | { readonly why: 'version'; readonly from: number; readonly to: number }
  | {
      readonly why: 'code'
      /** The first file or package of its module that is another. */
      readonly file: string
      readonly change: CodeChange
    }
  | {
      readonly why: 'input-changed'
      readonly slot: string
      /** The step that fills the slot. */
      readonly step: string
      /** Ids of files. */
      readonly added: readonly string[]
      readonly removed: readonly string[]
      readonly changed: readonly string[]
      /** By key. */
      readonly metadata: readonly MetadataChange[]
    }
  | { readonly why: 'files-missing'; readonly fileset: string; readonly files: readonly string[] }
  | { readonly why: 'deleted'; readonly reader: string | undefined }
  | { readonly why: 'incomplete'; readonly finished: number }
  | { readonly why: 'forced' }
  | { readonly why: 'follows'; readonly step: string }

/** What a step is about to be made from, as far as it is known. */
export interface PendingStep {
  readonly version: number
  readonly code: ModuleCode | undefined
  readonly params: JsonObject
  /** What parameters that a record lacks stood at, where that is known. */
  readonly neutral: JsonObject
  readonly lines: Readonly<Record<string, number>>
  /** `undefined`: the input will be re-made and is not known yet. */
  readonly inputs: Readonly<
    Record<
      string,
      { readonly step: string; readonly digest: Digest; readonly seen: SeenContent } | undefined
    >
  >
}

/** The differences between an earlier record and what is about to be made, the telling ones first. */
export function differences(record: StepRecord, next: PendingStep): Reason[] {
  const reasons: Reason[] = []
  if (record.version !== next.version) {
    reasons.push({ why: 'version', from: record.version, to: next.version })
  }
  if (record.code?.digest !== next.code?.digest) {
    const change = !record.code ? 'counts-now' : next.code ? 'other' : 'counts-no-more'
    reasons.push({ why: 'code', file: changedPart(record.code, next.code), change })
  }
  const changes = parameterChanges(
    { ...next.neutral, ...record.params },
    { ...next.neutral, ...next.params },
    next.lines,
  )
  if (changes.length > 0) reasons.push({ why: 'parameter', changes })
  for (const [slot, input] of Object.entries(next.inputs)) {
    const before = record.inputs[slot]
    if (!input || before?.digest === input.digest) continue
    reasons.push({
      why: 'input-changed',
      slot,
      step: input.step,
      ...contentChanges(before?.seen, input.seen),
    })
  }
  // A slot that its task does not have any more.
  for (const [slot, before] of Object.entries(record.inputs)) {
    if (Object.hasOwn(next.inputs, slot)) continue
    const changes = contentChanges(before.seen, nothingSeen)
    reasons.push({ why: 'input-changed', slot, step: before.from, ...changes })
  }
  return reasons
}

/** The first file or package of a module that is another; of code that came or went, the module. */
function changedPart(before: ModuleCode | undefined, after: ModuleCode | undefined): string {
  const then = before?.parts ?? {}
  const now = after?.parts ?? {}
  const names = [...Object.keys(now), ...Object.keys(then)]
  return names.find((name) => then[name] !== now[name]) ?? names[0] ?? ''
}

const nothingSeen: SeenContent = { files: [], fileset: {}, scan: {} }

/** The reason told to people: against the record that differs least, the latest of equals. */
export function nearestReason(
  records: readonly StepRecord[],
  next: PendingStep,
): Reason | undefined {
  let nearest: Reason[] | undefined
  for (const record of records.toReversed()) {
    const reasons = differences(record, next)
    if (!nearest || weight(reasons) < weight(nearest)) nearest = reasons
  }
  return nearest?.[0]
}

const weight = (reasons: readonly Reason[]): number =>
  reasons.reduce((sum, reason) => sum + (reason.why === 'parameter' ? reason.changes.length : 1), 0)

function parameterChanges(
  before: JsonObject,
  after: JsonObject,
  lines: Readonly<Record<string, number>>,
): ParameterChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names
    .filter((name) => reasonValueText(before[name]) !== reasonValueText(after[name]))
    .map((name) => ({
      name,
      from: before[name],
      to: after[name],
      ...(lines[name] !== undefined && { line: lines[name] }),
    }))
}

const reasonValueText = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : canonical(value)

function contentChanges(before: SeenContent | undefined, after: SeenContent) {
  const old = new Map(before?.files.map((file) => [file.id, file]))
  const now = new Map(after.files.map((file) => [file.id, file]))
  const both = after.files.flatMap((file) => {
    const was = old.get(file.id)
    return was ? [{ was, file }] : []
  })
  const changes = [
    ...both.flatMap(({ was, file }) => valueChanges(was.metadata, file.metadata, file.id)),
    ...valueChanges(before?.fileset ?? {}, after.fileset),
    ...valueChanges(before?.scan ?? {}, after.scan),
    ...valueChanges(measuresOf(before), measuresOf(after)),
  ]
  return {
    added: after.files.filter(({ id }) => !old.has(id)).map(({ id }) => id),
    removed: (before?.files ?? []).filter(({ id }) => !now.has(id)).map(({ id }) => id),
    changed: both
      .filter(({ was, file }) => was.digest !== file.digest || was.extension !== file.extension)
      .map(({ file }) => file.id),
    metadata: byKey(changes),
  }
}

/** A metadata value of one place, then and now. */
interface ValueChange {
  readonly key: string
  readonly file: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
}

function valueChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  file?: string,
): ValueChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ key, file, from: before[key], to: after[key] }))
}

const measuresOf = (seen: SeenContent | undefined): Readonly<Record<string, string>> =>
  seen?.measures === undefined ? {} : { measures: seen.measures }

function byKey(changes: readonly ValueChange[]): MetadataChange[] {
  const keys = [...new Set(changes.map(({ key }) => key))].sort()
  return keys.map((key) => {
    const of = changes.filter((change) => change.key === key)
    const [{ from, to }] = of
    const isOne = of.every((change) => change.from === from && change.to === to)
    const values = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
    const files = of.flatMap(({ file }) => file ?? [])
    return { key, files, ...(isOne && !Object.values(values).some(isDigest) && { values }) }
  })
}
