// The labels of masks that get a volume each.
import { RomiError, type InputFile, type InputFileset } from '../../src/index.ts'
import { unlabelled } from '../artifacts/voxel-grid.ts'

/** A view whose mask stands in a file with a channel. */
interface LabelledView {
  readonly file: InputFile
}

/** The volumes to be made, each with the views that its label's masks are of. */
export function maskLabels<V extends LabelledView>(
  asked: readonly string[],
  input: Pick<InputFileset, 'metadata'>,
  views: readonly V[],
): { label: string; own: readonly V[] }[] {
  const named = input.metadata('label_names')
  const labels = asked.length > 0 || !Array.isArray(named) ? asked : named.map(String)
  if (labels.length === 0) return [{ label: unlabelled, own: views }]
  return labels.map((label) => {
    const own = views.filter(({ file }) => file.metadata('channel') === label)
    if (own.length > 0) return { label, own }
    const there = new Set(
      views.map(({ file }) => JSON.stringify(file.metadata('channel') ?? 'none')),
    )
    throw new RomiError(
      'task/no-label',
      `no mask has the channel "${label}"; those there have: ${[...there].sort().join(', ')}`,
      { facts: { label, there: [...there].sort() } },
    )
  })
}
