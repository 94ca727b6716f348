// An empty selection is an error that lists what was there.
import { RomiError } from '../base/errors.ts'
import type { Ready } from '../plan/decision.ts'
import type { ComputingStep } from '../plan/key.ts'
import type { SlotSight } from '../plan/look.ts'

/** @throws RomiError `task/empty-selection` if a slot for files selects none */
export function assertSelection({ name, task }: ComputingStep, { sights }: Ready): void {
  for (const [slot, { is }] of Object.entries(task.inputs)) {
    const sight = sights[slot]
    if (is !== 'files' || !sight?.fileset || sight.seen.files.length > 0) continue
    throw new RomiError(
      'task/empty-selection',
      `${name} finds nothing to work on through ${slot}: ${whyEmpty(sight.fileset, sight)}`,
    )
  }
}

function whyEmpty(
  { id, files }: NonNullable<SlotSight['fileset']>,
  { selection, passedOver }: SlotSight,
): string {
  if (files.length === 0) return `${id} holds no file`
  const query = JSON.stringify(selection.query)
  const listed = files
    .slice(0, 5)
    .map((file) => file.id)
    .join(', ')
  const more = files.length > 5 ? `, … (${files.length} files)` : ''
  const values = Object.keys(selection.query).map((key) => {
    const found = new Set(passedOver.map(({ metadata }) => metadata[key] ?? 'no value'))
    return `${key}: ${[...found].slice(0, 8).join(', ')}`
  })
  return `none of the files of ${id} fits the query ${query}; there are: ${listed}${more}; their metadata has ${values.join('; ')}`
}
