// Which inputs a result is known by: all but neutral slots that find nothing.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import type { Digest } from '../base/digest.ts'
import type { ResolvedInput } from './inputs/resolve.ts'
import type { SeenContent } from './facts/record.ts'

type ResolvedInputs = Readonly<Record<string, ResolvedInput>>

/** Whether what a step sees through a slot enters its key and its record. */
export const isTold = ({ task }: ComputingStep, slot: string, { seen }: ResolvedInput): boolean =>
  !task.inputs[slot].options.neutral || !isNothing(seen)

/** The inputs that enter the key and the record of a step. */
export const toldOf = (step: ComputingStep, inputs: ResolvedInputs): ResolvedInputs =>
  Object.fromEntries(Object.entries(inputs).filter(([slot, input]) => isTold(step, slot, input)))

/** The digests of what is seen, by slot. */
export const slotDigests = (inputs: ResolvedInputs): Readonly<Record<string, Digest>> =>
  Object.fromEntries(Object.entries(inputs).map(([slot, { digest }]) => [slot, digest]))

const isNothing = ({ files, fileset, scan, measures }: SeenContent): boolean =>
  files.length === 0 &&
  Object.keys(fileset).length === 0 &&
  Object.keys(scan).length === 0 &&
  measures === undefined
