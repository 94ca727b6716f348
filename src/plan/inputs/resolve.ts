// Looks through the slots of a step: at files on the disk, or at what records remember of them.
import type { ComputingStep } from '../../pipeline/pipeline.ts'
import type { Digest } from '../../base/digest.ts'
import { remember } from '../../base/memo.ts'
import type { Annotations } from '../facts/annotations.ts'
import { digestOfSeen, see, type InputSource, type SelectedContent } from './content.ts'
import type { FilesetFacts, MadeFileset, ScanFacts } from '../facts/facts.ts'
import { namesBetween, renamedAnnotations, renamedFileset, type Names } from './lineage.ts'
import type { Lookup } from './lookup.ts'
import type { InputRecord, SeenFile, StepRecord } from '../facts/record.ts'
import { annotatedAsThen, fromDisk, fromRecord } from './source.ts'
import { asksFiles, digestOfSelection, selectionOf, type Selection } from './selection.ts'

/** A step whose annotations are laid over the inputs of another. */
export interface Annotator {
  /** Its annotations; `undefined` while its fileset is not on the disk. */
  readonly annotations: Annotations | undefined
  /** Absent while it is not known what it will be made from, and if it was edited. */
  readonly key: Digest | undefined
}
export type Annotators = ReadonlyMap<string, Annotator>

/** A slot of a step, with all that colours what is seen through it. */
export interface SlotContext {
  readonly step: ComputingStep
  readonly slot: string
  /** The step that fills the slot. */
  readonly from: string
  readonly annotators: Annotators
}

/** What a step sees through one slot. */
export interface ResolvedInput extends SelectedContent {
  /** The step that fills the slot. */
  readonly from: string
  /** The fileset; `undefined` if it is not on the disk, or none is needed. */
  readonly fileset: FilesetFacts | undefined
  /** The fileset, though it may be gone, and those that it descends from, nearest first. */
  readonly lineage: readonly string[]
  readonly selection: Selection
  /** The digest of what is seen. */
  readonly digest: Digest
}

/** Looks at one scan, for one pipeline; remembers what it saw. */
export class InputResolver {
  readonly #facts: ScanFacts
  readonly #unit: string | undefined
  readonly #selections = new Map<string, Selection>()
  readonly #resolved = new Map<
    string,
    { readonly as: SlotContext; readonly input: ResolvedInput }
  >()
  /** Filesets and annotations with fewer files or under other names, by the original. */
  readonly #variants = new WeakMap<object, Map<string, object>>()

  /** @param unit the unit that the pipeline sets, over that of the scan */
  constructor(facts: ScanFacts, unit: string | undefined) {
    this.#facts = facts
    this.#unit = unit
  }

  /** Forgets what it saw: a fileset that is as it was may stand on photographs that are not. */
  forget(): void {
    this.#resolved.clear()
  }

  /** How a slot of a step chooses. */
  selection({ step, slot }: Pick<SlotContext, 'step' | 'slot'>): Selection {
    return remember(this.#selections, `${step.name}.${slot}`, () => selectionOf(step, slot))
  }

  /** A fileset with some of its files only: if it has others, it is not what its step made. */
  narrowed(fileset: FilesetFacts, only: readonly string[]): FilesetFacts {
    return this.#variant(fileset, `files ${only.join('/')}`, () => {
      const files = fileset.files.filter(({ id }) => only.includes(id))
      const maker = files.length === fileset.files.length ? fileset.maker : undefined
      return { ...fileset, files, maker }
    })
  }

  /** A fileset whose lineage bears the names of today. */
  renamed(fileset: FilesetFacts, names: Names): FilesetFacts {
    return this.#variant(fileset, keyOfNames(names), () => renamedFileset(fileset, names))
  }

  /** Annotations of files under the names of today. */
  renamedAnnotations(annotations: Annotations, names: Names): Annotations {
    const make = () => renamedAnnotations(annotations, names)
    return this.#variant(annotations, keyOfNames(names), make)
  }

  /** The same object for the same change, so that what was seen of it stays known. */
  #variant<T extends object>(of: T, change: string, make: () => T): T {
    if (change === '') return of
    const variants = this.#variants.get(of) ?? new Map<string, object>()
    this.#variants.set(of, variants)
    // Safe: what stands under an object is a variant of that object.
    return remember(variants, change, make) as T
  }

  /** Where metadata stands for a step with these annotators. */
  lookup(annotators: Annotators): Lookup {
    const facts = this.#facts
    const unit = this.#unit
    const annotations = [...annotators.values()].map((annotator) => annotator.annotations)
    return {
      annotations: annotations.filter((of) => of !== undefined),
      fileMetadata: ({ fileset, file }) => facts.filesMetadata(fileset).get(file),
      filesetMetadata: (id) => facts.filesetMetadata(id),
      scanMetadata: { ...facts.metadata, ...(unit !== undefined && { unit }), id: facts.scan },
      measures: facts.measures,
    }
  }

  /**
   * What a step sees of `fileset`; where an annotator is not on the disk, a record must tell what it
   * had annotated, else `undefined`.
   */
  async fromDisk(
    context: SlotContext,
    fileset: FilesetFacts | undefined,
  ): Promise<ResolvedInput | undefined> {
    const place = `${context.step.name}.${context.slot}`
    const known = this.#resolved.get(place)
    if (known && known.input.fileset === fileset && isSameContext(known.as, context))
      return known.input

    await this.#facts.prefetch(filesetsOf(fileset?.files ?? []))
    const selection = this.selection(context)
    const annotationsMissing = fileset && asksFiles(selection) && isSomeGone(context.annotators)
    const seen = annotationsMissing
      ? this.#seeAsThen(context, fileset)
      : see(fromDisk(fileset, this.lookup(context.annotators)), selection)
    if (!seen) return undefined
    const input = this.#resolve(
      context,
      seen,
      fileset,
      fileset ? [fileset.id, ...fileset.lineage] : [],
    )
    this.#resolved.set(place, { as: context, input })
    return input
  }

  /** What a step sees of files on the disk with annotations that are gone, if a record tells them. */
  #seeAsThen(context: SlotContext, fileset: FilesetFacts): SelectedContent | undefined {
    const lookup = this.lookup(context.annotators)
    for (const { record, input } of this.#earlier(context)) {
      if (!isAnnotatedAlike(record, context.annotators)) continue
      const content = this.#seeKnown(context, annotatedAsThen(fileset, input, lookup), input)
      if (content) return content
    }
    return undefined
  }

  /**
   * What a step would see of a fileset that is gone, if a record tells what it was.
   * @param maker the key under which the fileset was made
   * @param lineage what it would descend from today, nearest first
   */
  async fromRecords(
    context: SlotContext,
    maker: Digest,
    lineage: readonly string[],
  ): Promise<ResolvedInput | undefined> {
    const lookup = this.lookup(context.annotators)
    const annotationsMissing = asksFiles(this.selection(context)) && isSomeGone(context.annotators)
    for (const { record, input } of this.#earlier(context)) {
      const isAlike = isAnnotatedAlike(record, context.annotators)
      if (input.maker !== maker || (annotationsMissing && !isAlike)) continue
      const names = namesBetween(input.lineage, lineage)
      await this.#facts.prefetch(lineage)
      const content = this.#seeKnown(context, fromRecord(input, names, lookup, isAlike), input)
      if (content)
        return this.#resolve(context, content, undefined, [input.fileset ?? '', ...lineage])
    }
    return undefined
  }

  /** The records of a step that chose through this slot as it does now, the latest first. */
  *#earlier(
    context: SlotContext,
  ): Iterable<{ readonly record: StepRecord; readonly input: InputRecord }> {
    const chosen = digestOfSelection(this.selection(context))
    const fitting = ({ task, record }: MadeFileset) => {
      const input = record.inputs[context.slot]
      return task === context.step.name && input?.selection === chosen ? [{ record, input }] : []
    }
    yield* this.#facts.made.toReversed().flatMap(fitting)
    yield* this.#facts.archive.toReversed().flatMap(fitting)
  }

  /** A record does not know what would be read now of a file that it had not selected. */
  #seeKnown(
    context: SlotContext,
    source: InputSource,
    input: InputRecord,
  ): SelectedContent | undefined {
    const content = see(source, this.selection(context))
    const known = new Set(input.seen.files.map(({ id }) => id))
    return content.seen.files.every(({ id }) => known.has(id)) ? content : undefined
  }

  #resolve(
    context: SlotContext,
    content: SelectedContent,
    fileset: FilesetFacts | undefined,
    lineage: readonly string[],
  ): ResolvedInput {
    const { from } = context
    const digest = digestOfSeen(content.seen)
    return { ...content, from, fileset, lineage, selection: this.selection(context), digest }
  }
}

const keyOfNames = (names: Names): string => [...names].flat().join('/')

const isSameContext = (a: SlotContext, b: SlotContext): boolean =>
  a.from === b.from &&
  a.annotators.size === b.annotators.size &&
  [...b.annotators].every(([name, { annotations, key }]) => {
    const then = a.annotators.get(name)
    return then?.annotations === annotations && then?.key === key
  })

const isSomeGone = (annotators: Annotators): boolean =>
  [...annotators.values()].some(({ annotations }) => !annotations)

/** Whether a record was made under these very annotations, on the disk or not. */
function isAnnotatedAlike(record: StepRecord, annotators: Annotators): boolean {
  const then = Object.entries(record.annotators)
  return (
    then.length === annotators.size &&
    then.every(([name, key]) => key === annotators.get(name)?.key)
  )
}

/** The filesets that files descend from. */
function filesetsOf(files: Iterable<Pick<SeenFile, 'lineage'>>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { lineage } of files) for (const { fileset } of lineage) found.add(fileset)
  return found
}
