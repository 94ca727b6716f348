// The keys of the single files that a file-by-file step makes.
import type { Digest } from '../base/digest.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'
import type { ResolvedInput } from './inputs/resolve.ts'
import { fileKeyOf } from './key.ts'
import { slotDigests, toldOf } from './told.ts'

/** The key of each file that a step makes, by the id of the file that it is made from. */
export function fileKeysOf(
  step: ComputingStep,
  each: string,
  inputs: Readonly<Record<string, ResolvedInput>>,
): ReadonlyMap<string, Digest> {
  const { [each]: _file, ...others } = slotDigests(toldOf(step, inputs))
  const around = { ...others, ...scopedDigest(inputs[each]) }
  return new Map(inputs[each].seen.files.map((file) => [file.id, fileKeyOf(step, file, around)]))
}

/** What all files of the slot have in common, under a name that no slot has. */
function scopedDigest({ seen }: ResolvedInput): Readonly<Record<string, Digest>> {
  const { fileset, scan, measures = null } = seen
  const shared = Object.keys(fileset).length + Object.keys(scan).length > 0
  if (!shared && measures === null) return {}
  // Safe: text of digests, used as one more part of a key.
  return { 'fileset and scan': JSON.stringify([fileset, scan, measures]) as Digest }
}
