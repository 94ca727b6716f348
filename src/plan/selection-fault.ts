// What a step cannot work on: nothing, which is told with what was there, or files that are as one.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { ownValue } from '../base/own.ts'
import { some } from '../base/some.ts'
import { twinsAmong } from '../fsdb/ids.ts'
import type { ResolvedInput } from './inputs/resolve.ts'

/**
 * Why a step cannot work on what it reads, though all of it is there: a slot for files selects none,
 * or files that are made of files would take one another's place.
 */
export function selectionFault(
  { name, task }: ComputingStep,
  inputs: Readonly<Record<string, ResolvedInput>>,
): string | undefined {
  if (task.each !== undefined) {
    if (inputs[task.each].from === '')
      return `${name} makes a file of each file of ${task.each}, which names no step: name one`
    const twins = twinsText(name, inputs[task.each])
    if (twins !== undefined) return twins
  }
  for (const [slot, { is, options }] of Object.entries(task.inputs)) {
    const input = inputs[slot]
    if (is !== 'files' || options.neutral || !input?.fileset || input.seen.files.length > 0)
      continue
    return `${name} finds nothing to work on through ${slot}: ${whyEmpty(input.fileset, input)}`
  }
  return undefined
}

function whyEmpty(
  { id, files }: NonNullable<ResolvedInput['fileset']>,
  { selection, passedOver, excluded }: ResolvedInput,
): string {
  if (files.length === 0) return `${id} holds no file`
  const left = excluded.length === 0 ? '' : `; ${leftOutText(excluded)}`
  if (excluded.length === files.length) return `all of its ${leftOutText(excluded)}`
  const query = JSON.stringify(selection.query)
  const listed = files
    .slice(0, 5)
    .map((file) => file.id)
    .join(', ')
  const more = files.length > 5 ? `, … (${files.length} files)` : ''
  const values = Object.keys(selection.query).map((key) => {
    const found = new Set(passedOver.map(({ metadata }) => ownValue(metadata, key) ?? 'no value'))
    return `${key}: ${[...found].slice(0, 8).join(', ')}`
  })
  return `none of the files of ${id} fits the query ${query}; there are: ${listed}${more}; their metadata has ${values.join('; ')}${left}`
}

const leftOutText = (ids: readonly string[]): string =>
  ids.length === 1
    ? `1 file is left out (${ids[0]}): romi-run include takes it back`
    : `${ids.length} files are left out (${some(ids)}): romi-run include takes them back`

/** Made files bear the ids of what they are made of, which many disks take for the same. */
function twinsText(name: string, { fileset, seen }: ResolvedInput): string | undefined {
  const twins = twinsAmong(seen.files, ({ id }) => id)
  if (twins === undefined) return undefined
  const [one, other] = twins
  return `${name} cannot keep apart ${one.id} and ${other.id} of ${fileset?.id}, which differ in case only: give one of them another id`
}
