// Looks through the slots of a step: at files on the disk, or at what records remember of them.
import type { Digest } from '../../base/digest.ts'
import { remember } from '../../base/memo.ts'
import type { Annotations } from '../facts/annotations.ts'
import { digestOfSeen, see, type Scene, type Sight } from './content.ts'
import type { FilesetFacts, MadeFileset, ScanFacts } from '../facts/facts.ts'
import type { ComputingStep } from '../key.ts'
import { namesBetween, renamedAnnotations, renamedFileset, type Names } from './lineage.ts'
import type { Lookup } from './lookup.ts'
import type { InputRecord, SeenFile, StepRecord } from '../facts/record.ts'
import { annotatedAsThen, present, rememberedScene } from './source.ts'
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
export interface Slit {
  readonly step: ComputingStep
  readonly slot: string
  /** The step that fills the slot. */
  readonly from: string
  readonly annotators: Annotators
}

/** What a step sees through one slot. */
export interface SlotSight extends Sight {
  /** The step that fills the slot. */
  readonly from: string
  /** The fileset; `undefined` if it is not on the disk, or none is needed. */
  readonly fileset: FilesetFacts | undefined
  /** The fileset, though it may be gone, and those that it descends from, nearest first. */
  readonly lineage: readonly string[]
  readonly selection: Selection
  /** Of what is seen. */
  readonly digest: Digest
}

/** Looks at one scan, for one pipeline; remembers what it saw. */
export class Looker {
  readonly #facts: ScanFacts
  readonly #unit: string | undefined
  readonly #selections = new Map<string, Selection>()
  readonly #sights = new Map<string, { readonly as: Slit; readonly sight: SlotSight }>()
  /** Of filesets and annotations, what they are with fewer files or under other names. */
  readonly #variants = new WeakMap<object, Map<string, object>>()

  /** @param unit the unit that the pipeline sets, over that of the scan */
  constructor(facts: ScanFacts, unit: string | undefined) {
    this.#facts = facts
    this.#unit = unit
  }

  /** Forgets what it saw: a fileset that is as it was may stand on photographs that are not. */
  forget(): void {
    this.#sights.clear()
  }

  /** How a slot of a step chooses. */
  selection({ step, slot }: Pick<Slit, 'step' | 'slot'>): Selection {
    return remember(this.#selections, `${step.name}.${slot}`, () => selectionOf(step, slot))
  }

  /** A fileset with some of its files only: if it has others, it is not what its step made. */
  narrowed(fileset: FilesetFacts, only: readonly string[]): FilesetFacts {
    return this.#variant(fileset, only.join('/'), () => {
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
      scanMetadata: unit === undefined ? facts.metadata : { ...facts.metadata, unit },
      measures: facts.measures,
    }
  }

  /**
   * What a step sees of `fileset`; where an annotator is not on the disk, a record must tell what it
   * had annotated, else `undefined`.
   */
  async look(slit: Slit, fileset: FilesetFacts | undefined): Promise<SlotSight | undefined> {
    const place = `${slit.step.name}.${slit.slot}`
    const known = this.#sights.get(place)
    if (known && known.sight.fileset === fileset && isSameSlit(known.as, slit)) return known.sight

    await this.#facts.prefetch(filesetsOf(fileset?.files ?? []))
    const selection = this.selection(slit)
    const isDark = fileset && asksFiles(selection) && isSomeGone(slit.annotators)
    const seen = isDark
      ? this.#seeAsThen(slit, fileset)
      : see(present(fileset, this.lookup(slit.annotators)), selection)
    if (!seen) return undefined
    const sight = this.#sight(slit, seen, fileset, fileset ? [fileset.id, ...fileset.lineage] : [])
    this.#sights.set(place, { as: slit, sight })
    return sight
  }

  /** What a step sees of files on the disk with annotations that are gone, if a record tells them. */
  #seeAsThen(slit: Slit, fileset: FilesetFacts): Sight | undefined {
    const lookup = this.lookup(slit.annotators)
    for (const { record, input } of this.#earlier(slit)) {
      if (!isAnnotatedAlike(record, slit.annotators)) continue
      const sight = this.#seeKnown(slit, annotatedAsThen(fileset, input, lookup), input)
      if (sight) return sight
    }
    return undefined
  }

  /**
   * What a step would see of a fileset that is gone, if a record tells what it was.
   * @param maker the key under which the fileset was made
   * @param lineage what it would descend from today, nearest first
   */
  async recall(
    slit: Slit,
    maker: Digest,
    lineage: readonly string[],
  ): Promise<SlotSight | undefined> {
    const lookup = this.lookup(slit.annotators)
    const isDark = asksFiles(this.selection(slit)) && isSomeGone(slit.annotators)
    for (const { record, input } of this.#earlier(slit)) {
      const isAlike = isAnnotatedAlike(record, slit.annotators)
      if (input.maker !== maker || (isDark && !isAlike)) continue
      const names = namesBetween(input.lineage, lineage)
      await this.#facts.prefetch(lineage)
      const sight = this.#seeKnown(slit, rememberedScene(input, names, lookup, isAlike), input)
      if (sight) return this.#sight(slit, sight, undefined, [input.fileset ?? '', ...lineage])
    }
    return undefined
  }

  /** The records of a step that chose through this slot as it does now, the latest first. */
  *#earlier(slit: Slit): Iterable<{ readonly record: StepRecord; readonly input: InputRecord }> {
    const chosen = digestOfSelection(this.selection(slit))
    const fitting = ({ task, record }: MadeFileset) => {
      const input = record.inputs[slit.slot]
      return task === slit.step.name && input?.selection === chosen ? [{ record, input }] : []
    }
    yield* this.#facts.made.toReversed().flatMap(fitting)
    yield* this.#facts.archive.flatMap(fitting)
  }

  /** Of a file that it had not selected, a record does not know what would be read now. */
  #seeKnown(slit: Slit, scene: Scene, input: InputRecord): Sight | undefined {
    const sight = see(scene, this.selection(slit))
    const known = new Set(input.seen.files.map(({ id }) => id))
    return sight.seen.files.every(({ id }) => known.has(id)) ? sight : undefined
  }

  #sight(
    slit: Slit,
    sight: Sight,
    fileset: FilesetFacts | undefined,
    lineage: readonly string[],
  ): SlotSight {
    const { from } = slit
    const digest = digestOfSeen(sight.seen)
    return { ...sight, from, fileset, lineage, selection: this.selection(slit), digest }
  }
}

const keyOfNames = (names: Names): string => [...names].flat().join('/')

const isSameSlit = (a: Slit, b: Slit): boolean =>
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
