// A scan in memory, and steps that are made there in no time: what the plan knows, without a disk.
import type { Digest } from '../../src/base/digest.ts'
import type { JsonObject } from '../../src/base/types.ts'
import { parseFileId } from '../../src/fsdb/ids.ts'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import type { ComputingStep, Pipeline } from '../../src/pipeline/pipeline.ts'
import { ownMetadataDigest } from '../../src/plan/by-hand.ts'
import { decide } from '../../src/plan/decide.ts'
import type { Decision, PlannedStep, Progress, Ready } from '../../src/plan/decision.ts'
import { editsOf, keptEdits } from '../../src/plan/edits.ts'
import type { Annotations } from '../../src/plan/facts/annotations.ts'
import { conditionOf } from '../../src/plan/facts/condition.ts'
import { withoutInherited } from '../../src/plan/facts/copies.ts'
import type {
  Condition,
  FileFacts,
  FilesetFacts,
  MadeFileset,
  ScanFacts,
} from '../../src/plan/facts/facts.ts'
import { ownMetadata } from '../../src/plan/facts/read-fileset.ts'
import { recordIn, recordMetadata, type StepRecord } from '../../src/plan/facts/record.ts'
import { fileKeysOf } from '../../src/plan/file-keys.ts'
import { InputResolver } from '../../src/plan/inputs/resolve.ts'
import { prepareStep } from '../../src/run/prepare.ts'
import { recordOf } from '../../src/run/publish.ts'
import { libraryOf } from '../../src/task/library.ts'
import type { ScanView, Task } from '../../src/task/task.ts'
import { keptText, textOf, textsMadeBy } from './memory-tasks.ts'
import { tasks as builtin } from './tasks.ts'

/** A file: its text, and its metadata. */
type Content = string | { readonly text: string; readonly metadata: JsonObject }

/** What is asked of a plan besides the pipeline. */
export interface Asked {
  readonly targets?: readonly string[]
  readonly forced?: readonly string[]
  readonly failed?: readonly string[]
  readonly dropsEdits?: boolean
  readonly missingPrograms?: Readonly<Record<string, string>>
}

/** A scan, `plant` unless told otherwise, with its photographs in `images`. */
export class MemoryScan implements ScanFacts {
  tasks: readonly Task[] = builtin
  readonly scan: string
  metadata: JsonObject = {}
  measures: JsonObject | undefined
  /** Records of filesets that may be gone, the latest last. */
  archive: MadeFileset[] = []
  /** Other scans of the database, by id. */
  readonly others = new Map<string, MemoryScan>()
  /** How many files a killed run had finished, by resume key. */
  readonly finished = new Map<Digest, number>()
  /** The last word of a task, by its name. */
  readonly says = new Map<string, string>()
  readonly #filesets = new Map<string, FilesetFacts>()
  readonly #annotations = new Map<string, Annotations>()
  /** Filesets of which this plan has read the files' metadata. */
  readonly #read = new Set<string>()
  #runs = 0

  constructor(photographs: Readonly<Record<string, Content>> = {}, scan = 'plant') {
    this.scan = scan
    this.put('images', photographs)
  }

  /** Puts files into a fileset, in place of those of the same id. */
  put(id: string, files: Readonly<Record<string, Content>>, metadata?: JsonObject): void {
    const known = this.#filesets.get(id)
    const all = new Map(known?.files.map((file) => [file.id, file]))
    for (const [file, content] of Object.entries(files)) {
      const { text, metadata: of } =
        typeof content === 'string' ? { text: content, metadata: {} } : content
      all.set(file, this.#file(file, text, of))
    }
    this.#set(id, [...all.values()], metadata ?? known?.metadata ?? {}, known)
  }

  /** Takes a listed file from the disk. */
  lose(fileset: string, file: string): void {
    const known = this.#filesets.get(fileset)!
    const files = known.files.filter(({ id }) => id !== file)
    this.#set(fileset, files, known.metadata, { ...known, gone: [...known.gone, file] })
  }

  /** Says of an entry of the index that it cannot be used. */
  damageIndex(fileset: string, ...unusable: readonly string[]): void {
    this.#filesets.set(fileset, { ...this.#filesets.get(fileset)!, unusable })
  }

  /** Corrects a made file by hand. */
  edit(fileset: string, file: string, text: string): void {
    const known = this.#filesets.get(fileset)!
    const { metadata } = known.files.find(({ id }) => id === file)!
    this.put(fileset, { [file]: { text, metadata } })
  }

  /** Deletes filesets, by id or by task; their records stay in the archive. */
  remove(...names: readonly string[]): void {
    for (const id of this.#filesets.keys()) {
      if (!names.includes(id) && !names.includes(id.split('_')[0])) continue
      this.#filesets.delete(id)
      this.#annotations.delete(id)
    }
  }

  /** The ids of the filesets of a task, in the order in which they were made. */
  filesets(task: string): string[] {
    return [...this.#filesets.keys()].filter((id) => id.split('_')[0] === task)
  }

  /** The text of the last fileset of a task. */
  textOf(task: string, file = 'text'): string {
    const { files } = this.#filesets.get(this.filesets(task).at(-1)!)!
    return textOf(files.find(({ id }) => id === file)!.digest)
  }

  pipeline(toml: string, targets?: readonly string[]): Pipeline {
    const parsed = parsePipeline(toml, 'p.toml', libraryOf(this.tasks), targets ? { targets } : {})
    if (parsed.is === 'ok') return parsed.pipeline
    throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'))
  }

  /** What would be done about each step. */
  async plan(toml: string, asked: Asked = {}): Promise<Record<string, Decision>> {
    const plan = await this.planned(toml, asked)
    return Object.fromEntries([...plan].map(([name, { decision }]) => [name, decision]))
  }

  /** The plan, with what its steps will be made from. */
  planned(toml: string, asked: Asked = {}): Promise<ReadonlyMap<string, PlannedStep>> {
    this.#read.clear()
    const progress: Progress = {
      forced: new Set(asked.forced),
      failed: new Set(asked.failed),
      ...(asked.dropsEdits !== undefined && { dropsEdits: asked.dropsEdits }),
      missingPrograms: new Map(Object.entries(asked.missingPrograms ?? {})),
    }
    return decide(this.pipeline(toml, asked.targets), this, progress)
  }

  /** Carries a plan out, step by step. @returns the steps that were made, in their order */
  async make(toml: string, asked: Asked = {}): Promise<readonly string[]> {
    const done: string[] = []
    for (;;) {
      const forced = asked.forced?.filter((name) => !done.includes(name)) ?? []
      const plan = await this.planned(toml, { ...asked, forced })
      const next = [...plan.values()].find(({ ready }) => ready)
      if (!next) return done
      // What a mutant makes run for ever is noticed at once, and not by its time.
      if (done.includes(next.step.name)) throw new Error(`${next.step.name} is made twice`)
      // Safe: only steps that compute get ready.
      await this.#make(next.step as ComputingStep, next.ready!, this.pipeline(toml, asked.targets))
      done.push(next.step.name)
    }
  }

  async #make(step: ComputingStep, ready: Ready, pipeline: Pipeline): Promise<void> {
    const resolver = new InputResolver(this, pipeline.settings.unit)
    const artifactOf = () => ''
    const isTaken = (name: string) => this.#filesets.has(name)
    const prepared = prepareStep(step, ready, resolver, artifactOf, isTaken)
    const { texts, metadata = {}, annotations } = textsMadeBy(prepared)
    const { each } = step.task
    const keys = each === undefined ? undefined : fileKeysOf(step, each, ready.inputs)
    const kept = keys ? keptEdits(await editsOf(step, this), keys) : new Map<string, never>()
    const items = new Map(prepared.items?.map((item) => [item.id, item]))
    const files = Object.entries(texts).map(([id, text]) => {
      const edit = kept.get(id)
      const file = this.#file(id, text, items.get(id)?.inherited ?? {})
      return edit ? { ...file, digest: edit.file.digest, made: edit.made } : file
    })
    const finished = files.map(({ id, filename, digest, ...more }) => {
      const key = keys?.get(id)
      const made = 'made' in more ? { made: more.made } : {}
      return { id: parseFileId(id), filename, size: 1, digest, ...(key && { key }), ...made }
    })
    const own = { ...prepared.inherited, ...metadata }
    const record = recordOf(
      step,
      ready,
      finished,
      prepared.items,
      ownMetadataDigest(own),
      {},
      {
        at: new Date(this.#runs).toISOString(),
        seconds: 1,
        run: `run-${this.#runs++}`,
        host: 'here',
        versions: {},
        ...(this.says.has(step.name) && { said: this.says.get(step.name) }),
      },
    )
    if (ready.replaces) this.remove(ready.replaces.id)
    this.#set(prepared.name, files, recordMetadata(step.name, record, own))
    if (step.task.annotates) this.#annotations.set(prepared.name, annotations ?? new Map())
    this.archive.push({ id: prepared.name, task: step.name, record })
  }

  #file(id: string, text: string, metadata: JsonObject): FileFacts {
    return {
      id,
      filename: `${id}.txt`,
      path: `/${id}`,
      digest: keptText(text),
      metadata,
      own: metadata,
      lineage: [],
    }
  }

  #set(
    id: string,
    files: readonly FileFacts[],
    metadata: JsonObject,
    { gone = [], unusable = [] }: Partial<Pick<FilesetFacts, 'gone' | 'unusable'>> = {},
  ): void {
    const record = recordIn(metadata)
    this.#read.delete(id)
    this.#filesets.set(id, {
      id,
      metadata,
      own: ownMetadata(metadata, record),
      lineage: record?.lineage ?? [],
      maker: record && isAsMade(files, record) ? record.key : undefined,
      files: files.map((file) => ({
        ...file,
        own: withoutInherited(file.metadata, record?.carried ?? []),
        lineage: record?.outputs[file.id]?.lineage ?? [],
      })),
      gone: gone.filter((file) => files.every((of) => of.id !== file)),
      unusable,
    })
  }

  get view(): ScanView {
    const filesets = [...this.#filesets.values()].map(({ id, files, gone }) => {
      return { id, files: [...files.map((file) => file.id), ...gone] }
    })
    return { scan: this.scan, filesets }
  }

  get made(): readonly MadeFileset[] {
    return [...this.#filesets.values()].flatMap(({ id, metadata }) => {
      const record = recordIn(metadata)
      return record ? [{ id, task: id.split('_')[0], record }] : []
    })
  }

  fileset(id: string): Promise<FilesetFacts> {
    const fileset = this.#filesets.get(id)
    if (!fileset) return Promise.reject(new Error(`no fileset ${id}`))
    this.#read.add(id)
    return Promise.resolve(fileset)
  }

  prefetch(filesets: Iterable<string>): Promise<void> {
    for (const id of filesets) this.#read.add(id)
    return Promise.resolve()
  }

  filesMetadata(id: string): ReadonlyMap<string, JsonObject> {
    const files = this.#read.has(id) ? (this.#filesets.get(id)?.files ?? []) : []
    return new Map(files.map((file) => [file.id, file.own]))
  }

  filesetMetadata(id: string): JsonObject | undefined {
    return this.#filesets.get(id)?.own
  }

  async condition(made: MadeFileset): Promise<Condition> {
    return conditionOf(made.record, await this.fileset(made.id), undefined, undefined)
  }

  annotations(id: string): Promise<Annotations> {
    return Promise.resolve(this.#annotations.get(id) ?? new Map<string, JsonObject>())
  }

  unfinished(resumeKey: Digest): number {
    return this.finished.get(resumeKey) ?? 0
  }

  async elsewhere(scan: string, task: string): Promise<FilesetFacts | string> {
    const other = this.others.get(scan)
    const id = other?.filesets(task).at(-1)
    if (!other || id === undefined) return `nothing of ${task} in ${scan}`
    const fileset = await other.fileset(id)
    return {
      ...fileset,
      lineage: [],
      files: fileset.files.map((file) => ({ ...file, lineage: [] })),
    }
  }
}

const isAsMade = (files: readonly FileFacts[], { outputs }: StepRecord): boolean =>
  files.length === Object.keys(outputs).length &&
  files.every(({ id, digest }) => outputs[id]?.digest === digest && !outputs[id].edited)
