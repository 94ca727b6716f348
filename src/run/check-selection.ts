// What a step cannot work on: nothing, which is told with what was there, or files that are as one.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { ownValue } from '../base/own.ts'
import { RomiError } from '../base/errors.ts'
import { some } from '../base/some.ts'
import { twinsAmong } from '../fsdb/ids.ts'
import type { Ready } from '../plan/decision.ts'
import type { ResolvedInput } from '../plan/inputs/resolve.ts'

/**
 * @throws RomiError `task/empty-selection` if a slot for files selects none; `task/case-twins` if
 *   files that a step makes of files would take one another's place
 */
export function checkSelection({ name, task }: ComputingStep, { inputs }: Ready): void {
  if (task.each !== undefined) checkTwins(name, inputs[task.each])
  if (task.each !== undefined && inputs[task.each].from === '')
    throw new RomiError(
      'task/empty-selection',
      `${name} makes a file of each file of ${task.each}, which names no step: name one`,
      { facts: { slot: task.each } },
    )
  for (const [slot, { is, options }] of Object.entries(task.inputs)) {
    const input = inputs[slot]
    if (is !== 'files' || options.neutral || !input?.fileset || input.seen.files.length > 0)
      continue
    throw new RomiError(
      'task/empty-selection',
      `${name} finds nothing to work on through ${slot}: ${whyEmpty(input.fileset, input)}`,
      { facts: { slot, fileset: input.fileset.id } },
    )
  }
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
function checkTwins(name: string, { fileset, seen }: ResolvedInput): void {
  const twins = twinsAmong(seen.files, ({ id }) => id)
  if (twins === undefined) return
  const [one, other] = twins
  throw new RomiError(
    'task/case-twins',
    `${name} cannot keep apart ${one.id} and ${other.id} of ${fileset?.id}, which differ in case only: give one of them another id`,
    { facts: { fileset: fileset?.id, files: [one.id, other.id] } },
  )
}
