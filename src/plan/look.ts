// Looks through the slots of a step: at files on the disk, or at what records remember of them.
import type { Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/types.ts'
import type { Step } from '../pipeline/pipeline.ts'
import type { FilesetArtifact } from '../task/artifact.ts'
import { readsOf, type Slot } from '../task/slot.ts'
import {
  asksFiles,
  digestOfSeen,
  digestOfSelection,
  fileValue,
  filesetValue,
  see,
  witness,
  type FilesetFacts,
  type Lookup,
  type Scene,
  type Selection,
  type Sight,
} from './content.ts'
import type { Annotations } from './annotations.ts'
import type { ScanFacts } from './facts.ts'
import type { ComputingStep } from './key.ts'
import type { InputRecord, SeenFile, StepRecord } from './record.ts'

/** A step whose annotations are laid over the inputs of another. */
export interface Annotator {
  /** Its annotations; `undefined` while its fileset is not on the disk. */
  readonly annotations: Annotations | undefined
  /** Absent while it is not known what it will be made from. */
  readonly key: Digest | undefined
}
export type Annotators = ReadonlyMap<string, Annotator>

/** What a step sees through one slot. */
export interface SlotSight extends Sight {
  /** The step that fills the slot. */
  readonly from: string
  /** The fileset; `undefined` if it is not on the disk, or none is needed. */
  readonly fileset: FilesetFacts | undefined
  readonly selection: Selection
  /** Of what is seen. */
  readonly digest: Digest
}

const noDeclaration: Slot['accepts'] = []

/** Looks at one scan; remembers what it saw. */
export class Looker {
  readonly #facts: ScanFacts
  readonly #unit: string | undefined
  readonly #selections = new Map<Step, Map<string, Selection>>()
  readonly #narrowed = new Map<FilesetFacts, Map<string, FilesetFacts>>()
  readonly #sights = new Map<
    string,
    { readonly of: FilesetFacts | undefined; readonly by: string; readonly sight: SlotSight }
  >()

  /** @param unit the unit that the pipeline sets, over that of the scan */
  constructor(facts: ScanFacts, unit: string | undefined) {
    this.#facts = facts
    this.#unit = unit
  }

  /** How a slot of a step chooses. */
  selection(step: ComputingStep, name: string): Selection {
    const known = this.#selections.get(step) ?? new Map<string, Selection>()
    this.#selections.set(step, known)
    const selection = known.get(name) ?? selectionOf(step, name)
    known.set(name, selection)
    return selection
  }

  /** A fileset with some of its files only; the same object for the same files. */
  narrowed(fileset: FilesetFacts, only: readonly string[]): FilesetFacts {
    const known = this.#narrowed.get(fileset) ?? new Map<string, FilesetFacts>()
    this.#narrowed.set(fileset, known)
    const key = only.join('/')
    const narrowed = known.get(key) ?? {
      ...fileset,
      files: fileset.files.filter(({ id }) => only.includes(id)),
    }
    known.set(key, narrowed)
    return narrowed
  }

  /** Where metadata stands for a step with these annotators. */
  lookup(annotators: Annotators): Lookup {
    const facts = this.#facts
    return {
      annotations: [...annotators.values()].flatMap(({ annotations }) =>
        annotations ? [annotations] : [],
      ),
      fileMetadata: ({ fileset, file }) => facts.filesMetadata(fileset).get(file),
      filesetMetadata: (id) => facts.filesetMetadata(id),
      scanMetadata:
        this.#unit === undefined ? facts.metadata : { ...facts.metadata, unit: this.#unit },
      measures: facts.measures,
    }
  }

  /**
   * What a step sees of `fileset`; where an annotator is not on the disk, a record must tell what it
   * had annotated, else `undefined`.
   */
  async look(
    step: ComputingStep,
    name: string,
    fileset: FilesetFacts | undefined,
    annotators: Annotators,
    from: string,
  ): Promise<SlotSight | undefined> {
    const by = [...annotators]
      .map(([of, { key, annotations }]) => `${of} ${key} ${annotations !== undefined}`)
      .join()
    const known = this.#sights.get(`${step.name}.${name}`)
    if (known && known.of === fileset && known.by === by) return known.sight

    const selection = this.selection(step, name)
    const lookup = this.lookup(annotators)
    const gone = [...annotators].filter(([, { annotations }]) => !annotations)
    await this.#facts.prefetch(filesetsOf(fileset?.files ?? []))
    let sight: Sight | undefined
    if (gone.length === 0 || !asksFiles(selection) || !fileset)
      sight = see(present(fileset, lookup), selection)
    else sight = await this.#recalled(step, name, selection, annotators, lookup, fileset)
    if (!sight) return undefined
    const whole: SlotSight = {
      ...sight,
      from,
      fileset,
      selection,
      digest: digestOfSeen(sight.seen),
    }
    this.#sights.set(`${step.name}.${name}`, { of: fileset, by, sight: whole })
    return whole
  }

  /** What a step would see of a fileset that is gone, if a record names the key it was made under. */
  async recall(
    step: ComputingStep,
    name: string,
    from: string,
    maker: Digest,
    annotators: Annotators,
  ): Promise<SlotSight | undefined> {
    const selection = this.selection(step, name)
    const sight = await this.#recalled(
      step,
      name,
      selection,
      annotators,
      this.lookup(annotators),
      maker,
    )
    return (
      sight && { ...sight, from, fileset: undefined, selection, digest: digestOfSeen(sight.seen) }
    )
  }

  /** @param of the fileset, or the key of one that is gone */
  async #recalled(
    step: ComputingStep,
    name: string,
    selection: Selection,
    annotators: Annotators,
    lookup: Lookup,
    of: FilesetFacts | Digest,
  ): Promise<Sight | undefined> {
    const chosen = digestOfSelection(selection)
    const fits = (record: StepRecord): boolean => {
      const input = record.inputs[name]
      const sameFiles = typeof of !== 'string' || input?.maker === of
      const isAlike = !asksFiles(selection) || annotatedAlike(record, annotators)
      return input?.selection === chosen && sameFiles && isAlike
    }
    for (const { task, record } of [...this.#facts.made.toReversed(), ...this.#facts.archive]) {
      if (task !== step.name || !fits(record)) continue
      const input = record.inputs[name]
      await this.#facts.prefetch(filesetsOf([...input.seen.files, ...input.passedOver]))
      const onDisk = typeof of === 'string' ? undefined : of
      const sight = see(recollection(input, onDisk, lookup), selection)
      // Of a file that it had not selected, a record does not know what would be read now.
      const known = new Set(input.seen.files.map(({ id }) => id))
      if (sight.seen.files.every(({ id }) => known.has(id))) return sight
    }
    return undefined
  }
}

function selectionOf(step: ComputingStep, name: string): Selection {
  const slot = step.task.inputs[name]
  const slots = Object.entries(step.task.inputs)
  const isQueried = slots.find(([, { is }]) => is === 'files')?.[0] === name
  const accepts: Slot['accepts'] = slot.accepts ?? noDeclaration
  return {
    only: slot.is === 'annotations' ? [] : onlyOf(accepts),
    // Safe: a parameter named `query` is made by `param.query`.
    query: isQueried ? ((step.params.query as JsonObject | undefined) ?? {}) : {},
    reads: readsOf(slot, step.params),
    measures: slot.options.measures ?? false,
  }
}

/** The files that make up every accepted artifact; all files, if one of them does not say. */
function onlyOf(accepts: Slot['accepts']): readonly string[] | undefined {
  // Safe: `only` is absent from the artifacts that are no fileset artifacts.
  const lists = accepts.map((artifact) => (artifact as Partial<FilesetArtifact>).only)
  return lists.every((list) => list !== undefined) ? [...new Set(lists.flat())].sort() : undefined
}

/** Whether what is not on the disk of the annotators is of the keys that the record names. */
const annotatedAlike = (record: StepRecord, annotators: Annotators): boolean =>
  [...annotators].every(
    ([name, { annotations, key }]) =>
      annotations || (key !== undefined && record.annotators[name] === key),
  )

/** The filesets that files descend from. */
function filesetsOf(files: Iterable<Pick<SeenFile, 'lineage'>>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { lineage } of files) for (const { fileset } of lineage) found.add(fileset)
  return found
}

/** A scene of files on the disk. */
function present(fileset: FilesetFacts | undefined, lookup: Lookup): Scene {
  const files = [...(fileset?.files ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    ...scanOf(lookup),
    files: files.map(({ id, filename, digest, lineage }) => {
      return { id, extension: filename.slice(id.length + 1), digest, lineage }
    }),
    fileValue(key, index) {
      const found = fileValue(key, fileset!.id, files[index], lookup)
      return found && { text: witness(found.value), annotated: found.annotated }
    },
    filesetValue: (key) => optional(fileset && filesetValue(key, fileset, lookup)),
  }
}

/**
 * A scene that a record remembers, with what the disk still tells laid over it: a file's source may
 * have other metadata by now.
 */
function recollection(
  input: InputRecord,
  fileset: FilesetFacts | undefined,
  lookup: Lookup,
): Scene {
  const remembered = new Map<string, SeenFile>(
    [...input.seen.files, ...input.passedOver].map((file) => [file.id, file]),
  )
  const onDisk = fileset && present(fileset, lookup)
  const files = onDisk?.files ?? [...remembered.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    ...scanOf(lookup),
    files,
    fileValue(key, index) {
      const file = files[index]
      const was = remembered.get(file.id)
      if (was?.annotated?.includes(key)) return { text: was.metadata[key], annotated: true }
      if (onDisk) return onDisk.fileValue(key, index)
      const found = fileValue(key, input.fileset ?? '', { ...file, metadata: {} }, lookup)
      if (found) return { text: witness(found.value), annotated: found.annotated }
      const own = was?.metadata[key]
      return own === undefined ? undefined : { text: own, annotated: false }
    },
    filesetValue(key) {
      if (onDisk) return onDisk.filesetValue(key)
      const inherited = filesetValue(key, { metadata: {}, lineage: input.lineage }, lookup)
      return inherited === undefined ? input.seen.fileset[key] : witness(inherited)
    },
  }
}

const scanOf = (lookup: Lookup): Pick<Scene, 'scanValue' | 'measures'> => ({
  scanValue: (key) => optional(lookup.scanMetadata[key]),
  measures: optional(lookup.measures),
})

const optional = (value: Parameters<typeof witness>[0] | undefined): string | undefined =>
  value === undefined ? undefined : witness(value)
