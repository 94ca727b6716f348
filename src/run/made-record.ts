// The record of a step: what it saw, what it made, and how.
import { hostname } from 'node:os'
import type { JsonObject } from '../base/types.ts'
import type { Draft, FinishedFile } from '../fsdb/draft.ts'
import type { Ready } from '../plan/decision.ts'
import type { ComputingStep } from '../plan/key.ts'
import type { InputRecord, OutputRecord, StepRecord } from '../plan/record.ts'
import { digestOfSelection } from '../plan/selection.ts'
import { toldOf } from '../plan/told.ts'
import type { JobResult } from './job.ts'
import { givenMetadata, type PreparedItem } from './prepare.ts'
import type { ScanRun } from './scan-run.ts'

/** What a step has made, in a draft. */
export interface Product {
  readonly draft: Draft
  /** Of a file-by-file step: the files that it was to make. */
  readonly items: readonly PreparedItem[] | undefined
  readonly result: JobResult
  /** How long it took. */
  readonly seconds: number
}

/** The record of what a step made: from what, how, when and where. */
export function recordOf(
  of: ScanRun,
  step: ComputingStep,
  ready: Ready,
  files: readonly FinishedFile[],
  { items, result, seconds }: Product,
): StepRecord {
  const { each, version, code } = step.task
  const above = each === undefined ? undefined : ready.sights[each].fileset
  return {
    format: 1,
    key: ready.key,
    version,
    ...(code && { code }),
    params: of.significantParams(step),
    inputs: inputRecords(toldOf(step, ready.sights)),
    annotators: of.annotatorKeys(ready),
    outputs: outputRecords(files, items),
    lineage: above ? [above.id, ...above.lineage] : [],
    ...(items && { carried: carriedKeys(items, givenMetadata(step)) }),
    made: {
      at: of.shared.now().toISOString(),
      seconds: Math.round(seconds * 1000) / 1000,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      host: hostname(),
      run: of.shared.log.id,
      versions: { ...of.shared.versions, ...result.versions },
    },
  }
}

function outputRecords(
  files: readonly FinishedFile[],
  items: readonly PreparedItem[] | undefined,
): StepRecord['outputs'] {
  const lineages = new Map(items?.map(({ id, lineage }) => [id, lineage]))
  const outputs = files.map(({ id, filename, digest, size, key }) => {
    const lineage = lineages.get(id)
    const output = {
      file: filename,
      digest,
      size,
      ...(key !== undefined && { key }),
      ...(lineage && { lineage }),
    }
    // Safe: the keys in this draft's journal were written by our own jobs.
    return [id, output as OutputRecord] as const
  })
  return Object.fromEntries(outputs)
}

/** The metadata keys that the files carry on, less those that the task writes itself. */
function carriedKeys(items: readonly PreparedItem[], own: JsonObject): readonly string[] {
  const keys = new Set(items.flatMap(({ inherits }) => Object.keys(inherits)))
  return [...keys].filter((key) => !Object.hasOwn(own, key)).sort()
}

/** The inputs of a step as its record keeps them: those that entered its key. */
function inputRecords(sights: Ready['sights']): Record<string, InputRecord> {
  const inputs = Object.entries(sights).map(([slot, sight]) => {
    const { from, fileset, digest, seen, passedOver } = sight
    const record: InputRecord = {
      from,
      ...(fileset && { fileset: fileset.id }),
      ...(fileset?.maker && { maker: fileset.maker }),
      digest,
      lineage: fileset?.lineage ?? [],
      selection: digestOfSelection(sight.selection),
      seen,
      passedOver: fileset?.maker ? passedOver : [],
    }
    return [slot, record] as const
  })
  return Object.fromEntries(inputs)
}

/** Whether two outputs of a step are the same files with the same bytes. */
export function sameOutputs(
  a: Readonly<Record<string, OutputRecord>>,
  b: Readonly<Record<string, OutputRecord>>,
): boolean {
  const ids = Object.keys(a)
  return (
    ids.length === Object.keys(b).length &&
    ids.every((id) => b[id]?.digest === a[id].digest && b[id].file === a[id].file)
  )
}
