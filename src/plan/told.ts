// Which inputs a result is known by: all but neutral slots that find nothing.
import type { Digest } from '../base/digest.ts'
import type { ComputingStep } from './key.ts'
import type { SlotSight } from './inputs/resolve.ts'
import type { SeenContent } from './facts/record.ts'

type Sights = Readonly<Record<string, SlotSight>>

/** Whether what a step sees through a slot enters its key and its record. */
export const isTold = ({ task }: ComputingStep, slot: string, { seen }: SlotSight): boolean =>
  !task.inputs[slot].options.neutral || !isNothing(seen)

/** The sights that enter the key and the record of a step. */
export const toldOf = (step: ComputingStep, sights: Sights): Sights =>
  Object.fromEntries(Object.entries(sights).filter(([slot, sight]) => isTold(step, slot, sight)))

/** The digests of what is seen, by slot. */
export const digestsOf = (sights: Sights): Readonly<Record<string, Digest>> =>
  Object.fromEntries(Object.entries(sights).map(([slot, { digest }]) => [slot, digest]))

const isNothing = ({ files, fileset, scan, measures }: SeenContent): boolean =>
  files.length === 0 &&
  Object.keys(fileset).length === 0 &&
  Object.keys(scan).length === 0 &&
  measures === undefined
