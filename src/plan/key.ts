// Keys and names: what a step is found by, and the label that people read.
import { digestOf, type Digest } from '../base/digest.ts'
import type { Json, JsonObject } from '../base/types.ts'
import { isTelling } from '../task/param.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { luigiPart, luigiText } from './luigi.ts'
import type { SeenFile } from './facts/record.ts'

/** The key of a step: equal keys, equal results. */
export function keyOf(
  { identity }: ComputingStep,
  inputs: Readonly<Record<string, Digest | undefined>>,
): Digest {
  return digestOf({ ...identity, inputs: knownDigests(inputs) })
}

/**
 * The key of one file of a file-by-file step: the same whatever other files are selected.
 * @param file what the step sees of the file itself
 * @param others the digests of the other slots
 */
export function fileKeyOf(
  step: ComputingStep,
  file: SeenFile,
  others: Readonly<Record<string, Digest | undefined>>,
): Digest {
  return digestOf({
    ...withoutQuery(step),
    file: { id: file.id, extension: file.extension, digest: file.digest, metadata: file.metadata },
    others: knownDigests(others),
  })
}

/** The key under which a killed file-by-file step is taken up again, whatever its inputs are by then. */
export const resumeKeyOf = (step: ComputingStep): Digest => digestOf(withoutQuery(step))

/** What makes each file: not which files are chosen. */
function withoutQuery({ identity }: ComputingStep): JsonObject {
  const { query: _selection, ...params } = identity.params
  return { ...identity, params }
}

const knownDigests = (digests: Readonly<Record<string, Digest | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(digests).flatMap(([slot, digest]) => (digest ? [[slot, digest]] : [])),
  )

/**
 * The name of a fileset: `Task_<summary>_<hash>`, as Luigi would summarise it; the hash part grows
 * until the name is free.
 */
export function filesetNameOf(
  step: ComputingStep,
  key: Digest,
  isTaken: (name: string) => boolean,
): string {
  const label = `${step.name}_${summaryOf(step)}`
  let length = 10
  while (length < key.length && isTaken(`${label}_${key.slice(0, length)}`)) length += 2
  return `${label}_${key.slice(0, length)}`
}

/**
 * The first three of the significant parameters and slots, sorted by name, as Luigi spells them;
 * neutral ones are not counted.
 */
export function summaryOf(step: ComputingStep): string {
  const params = Object.entries(step.task.params)
    .filter(([name, param]) => isTelling(param, step.params[name]))
    .map(([name, { spelling }]) => {
      // Safe: a parameter's value is JSON.
      const value = step.params[name] as Json | undefined
      return [name, luigiText(value, spelling, step.written[name])] as const
    })
  const slots = Object.entries(step.wires).flatMap(([slot, wire]) => {
    // A name is given before anything is read: whether a neutral slot will find something or not.
    if (step.task.inputs[slot].options.neutral) return []
    const value = wire.is === 'step' ? wire.step : wire.is === 'scan' ? wire.scan : ''
    return [[slot, value] as const]
  })
  return [...params, ...slots]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, 3)
    .map(([, value]) => luigiPart(value))
    .join('_')
}
