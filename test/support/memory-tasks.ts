// What the small tasks of the tests make, on scans in memory: texts, without running the tasks.
import { sha256, type Digest } from '../../src/base/digest.ts'
import type { JsonObject } from '../../src/base/types.ts'
import { refKey, type Annotations } from '../../src/plan/facts/annotations.ts'
import type { PreparedStep } from '../../src/run/prepare.ts'

/** What a step makes of what it reads: texts by file id, and the annotations that it attaches. */
interface Made {
  readonly texts: Readonly<Record<string, string>>
  readonly metadata?: JsonObject
  readonly annotations?: Annotations
}

/** The text of each digest, of all scans. */
const textsByDigest = new Map<Digest, string>()

/** Remembers a text. @returns its digest, as that of a file */
export function keptText(text: string): Digest {
  const digest = sha256(new TextEncoder().encode(text))
  textsByDigest.set(digest, text)
  return digest
}

/** The text of a digest that was given for it. */
export const textOf = (digest: Digest): string => textsByDigest.get(digest)!

/** What a step makes, near enough to what its task would. */
export function textsMadeBy({ step, inputs, items }: PreparedStep): Made {
  const { name, params } = step
  const textsOf = (slot: string) =>
    (inputs[slot]?.files ?? []).map((file) => ({
      ...file,
      text: textOf(file.digest),
    }))
  const of = (item: { readonly reads: { readonly digest: Digest } }) => textOf(item.reads.digest)
  if (items) {
    const make = (item: (typeof items)[number]) =>
      `${name === 'Upper' ? of(item).toUpperCase() : of(item)}${valueText(item.reads.metadata)}${valueText(params['suffix'])}`
    return { texts: Object.fromEntries(items.map((item) => [item.id, make(item)])) }
  }
  const all = textsOf('upstream_task')
  if (step.task.annotates) {
    const poses = all.map(({ id, text }) => {
      const fileset = inputs['upstream_task'].fileset ?? ''
      const pose = text.length + Number(params['offset'] ?? 0)
      return [refKey({ fileset, file: id }), { pose }] as const
    })
    const text = poses.map(([ref, { pose }]) => `${ref}=${pose}`).join()
    return { texts: { poses: text, annotations: text }, annotations: new Map(poses) }
  }
  if (name === 'Count')
    return { texts: { text: (all[0]?.text.length ?? 0).toString(Number(params['base'])) } }
  const words = Object.values(inputs).flatMap((input) => [
    ...input.files.map((file) => `${textOf(file.digest)}${valueText(file.metadata)}`),
    valueText(input.filesetMetadata),
    valueText(input.scanMetadata),
    valueText(input.measures),
  ])
  const separator = typeof params['separator'] === 'string' ? params['separator'] : ' '
  return {
    texts: {
      text: words.filter((word) => word !== '').join(separator) || 'nothing',
      picture: 'picture',
    },
  }
}

const valueText = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  const text = JSON.stringify(value)
  return text === '{}' ? '' : text
}
