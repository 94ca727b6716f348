// A bench for one task: a database with its inputs, and the pipeline of that task alone.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { realDisk, type Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import { identityOf, type Pipeline, type Step, type Wire } from '../pipeline/pipeline.ts'
import { unlimited } from '../plan/facts/readable.ts'
import type { RunEvent } from '../run/event.ts'
import { inlineExecutor } from '../run/executors/inline.ts'
import { run } from '../run/run.ts'
import { ResourcePool } from '../run/resource-pool.ts'
import type { Artifact, Encoded } from '../task/artifact.ts'
import { definitionFault } from '../task/definition.ts'
import { libraryOf } from '../task/library.ts'
import type { Slot } from '../task/slot.ts'
import { defineSource, type ComputingTask, type SourceTask } from '../task/task.ts'

/** A file of an input with metadata of its own. */
export interface WithMetadata<T = unknown> {
  readonly value: T
  readonly metadata: JsonObject
}

/** What a task is tried on. */
export interface TaskTrial {
  /**
   * By slot: for a slot of files, a value a file by id (`{ a: image }`), bare or `withMetadata`; for
   * a slot of a whole fileset, its value. Slots that are not named stay empty.
   */
  readonly inputs?: Readonly<Record<string, unknown>>
  /** As in pipeline.toml; what is absent has its default. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Metadata of the scan. */
  readonly scan?: JsonObject
}

const marked = new WeakSet<object>()

/** A value of a file, with metadata. */
export function withMetadata<T>(value: T, metadata: JsonObject): WithMetadata<T> {
  const file = { value, metadata }
  marked.add(file)
  return file
}

const scanId = 'trial'

/** A database with the inputs of one task, and the pipeline of that task alone. */
export class TaskHarness {
  readonly #path: string
  readonly #task: ComputingTask
  readonly #sources: ReadonlyMap<string, SourceTask>
  readonly #pipeline: Pipeline

  private constructor(path: string, task: ComputingTask, trial: TaskTrial) {
    this.#path = path
    this.#task = task
    const given = Object.keys(trial.inputs ?? {})
    this.#sources = new Map(
      given.map((slot, i) => [slot, inputSource(slot, i, slotOf(task, slot))]),
    )
    this.#pipeline = pipelineOf(task, this.#sources, trial)
  }

  /** Works at a bench of its own, whose database is gone afterwards. */
  static async during<T>(
    task: ComputingTask,
    trial: TaskTrial,
    work: (bench: TaskHarness) => Promise<T>,
  ): Promise<T> {
    const fault = definitionFault(task)
    if (fault) throw fault
    const folder = await mkdtemp(join(tmpdir(), 'romi-run-trial-'))
    try {
      const bench = new TaskHarness(join(folder, 'db'), task, trial)
      await FSDB.create(bench.#path)
      await bench.#connected(async (db) => void (await db.createScan(scanId, trial.scan)))
      for (const [slot, given] of Object.entries(trial.inputs ?? {})) await bench.put(slot, given)
      return await work(bench)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async #connected<T>(work: (db: FSDB) => Promise<T>, disk: Disk = realDisk): Promise<T> {
    const db = new FSDB(this.#path, { disk })
    await db.connect()
    try {
      return await work(db)
    } finally {
      await db.disconnect()
    }
  }

  /** Writes the value of a slot, or adds files to it. */
  async put(slot: string, given: unknown): Promise<void> {
    const artifact = slotOf(this.#task, slot).accepts[0] as Artifact
    const contents = await encoded(slot, artifact, given)
    await this.#connected(async (db) => {
      const scan = await db.getScan(scanId)
      const id = filesetOf(slot)
      const fileset = (await scan.hasFileset(id))
        ? await scan.getFileset(id)
        : await scan.createFileset(id)
      await fileset.setMetadata(contents.metadata)
      for (const [name, { bytes, extension, metadata }] of contents.files) {
        const file = await fileset.createFile(name)
        await file.write(bytes, extension)
        if (metadata) await file.setMetadata(metadata)
      }
    })
  }

  /** @throws RomiError with the failure of the task */
  async run(forced = false, disk: Disk = realDisk): Promise<readonly RunEvent[]> {
    const library = libraryOf([this.#task, ...this.#sources.values()])
    const events: RunEvent[] = []
    await this.#connected(
      (db) =>
        run({
          pipeline: this.#pipeline,
          library,
          origin: { builtin: '', face: '', modules: [] },
          db,
          scans: [scanId],
          executor: inlineExecutor(library),
          pool: new ResourcePool(1),
          forced: forced ? [this.#task.name] : [],
          tell: (event) => void events.push(event),
        }),
      disk,
    )
    for (const event of events) {
      if (event.is === 'failed')
        throw new RomiError(event.failure.code, event.failure.message, {
          facts: event.failure.facts,
        })
      if (event.is === 'skipped') throw new RomiError('testing/skipped', event.why)
    }
    return events
  }

  async #fileset() {
    const db = await FSDB.open(this.#path)
    const scan = await db.getScan(scanId)
    const ids = (await scan.filesetIds()).filter((id) => id.startsWith(`${this.#task.name}_`))
    return scan.getFileset(ids.at(-1) ?? '')
  }

  async outputs(): Promise<ReadonlyMap<string, Uint8Array>> {
    const files = await (await this.#fileset()).getFiles()
    return new Map(files.map((file) => [file.filename, readFileSync(file.path)]))
  }

  /** What the task's artifact reads of what it wrote. */
  async values(): Promise<{
    readonly whole: unknown
    readonly files: ReadonlyMap<string, unknown>
  }> {
    const input = await unlimited(await this.#fileset(), this.#task.output)
    const artifact = this.#task.output
    if (artifact.kind === 'fileset') return { whole: await artifact.read(input), files: new Map() }
    const files = new Map<string, unknown>()
    for (const file of input.files) files.set(file.id, await artifact.read(file))
    return { whole: undefined, files }
  }
}

const filesetOf = (slot: string): string => `input_${slot}`

function slotOf(task: ComputingTask, name: string): Slot {
  const slot = task.inputs[name]
  if (slot) return slot
  const there = Object.keys(task.inputs).join(', ') || 'none'
  throw new RomiError('testing/no-slot', `${task.name} has no slot "${name}"; it has: ${there}`)
}

/** A source step that fills one slot. */
const inputSource = (slot: string, i: number, { accepts }: Slot): SourceTask =>
  defineSource({
    name: `Input${i + 1}`,
    summary: `What the test gives for ${slot}.`,
    params: {},
    output: accepts[0] as Artifact,
    locate: () => ({ is: 'found', fileset: filesetOf(slot) }),
  })

function pipelineOf(
  task: ComputingTask,
  sources: ReadonlyMap<string, SourceTask>,
  trial: TaskTrial,
): Pipeline {
  const wires = Object.keys(task.inputs).map((slot): [string, Wire] => {
    const source = sources.get(slot)
    return [slot, source ? { is: 'step', step: source.name } : { is: 'empty' }]
  })
  const unknown = Object.keys(trial.params ?? {}).find((name) => !task.params[name])
  if (unknown !== undefined)
    throw new RomiError('testing/no-param', `${task.name} has no parameter "${unknown}"`)
  const params = Object.entries(task.params).map(([name, param]) => {
    const given = trial.params?.[name]
    return [name, given === undefined ? param.default : param.schema.parse(given)] as const
  })
  const common = { lines: {}, limits: {} }
  const steps: Step[] = [...sources.values()].map((source) => ({
    ...common,
    name: source.name,
    task: source,
    params: {},
    identity: identityOf({ task: source, params: {} }),
    written: {},
    wires: {},
  }))
  const values = Object.fromEntries(params)
  steps.push({
    ...common,
    name: task.name,
    task,
    params: values,
    identity: identityOf({ task, params: values }),
    written: {},
    wires: Object.fromEntries(wires),
  })
  return {
    file: 'test',
    settings: {},
    steps: new Map(steps.map((step) => [step.name, step])),
    targets: [task.name],
    targetsNamed: true,
    notLoaded: [],
    notes: [],
  }
}

interface Contents {
  readonly files: ReadonlyMap<string, Encoded>
  readonly metadata: JsonObject
}

/** The files that an artifact writes of the values that a test gives. */
async function encoded(slot: string, artifact: Artifact, given: unknown): Promise<Contents> {
  const files = new Map<string, Encoded>()
  if (artifact.kind === 'fileset') {
    let metadata: JsonObject = {}
    await artifact.write(given, {
      fileset: filesetOf(slot),
      write: async (id, content) => void files.set(id, content),
      setMetadata: (more) => void (metadata = { ...metadata, ...more }),
      annotate: () => undefined,
    })
    return { files, metadata }
  }
  for (const [id, item] of Object.entries(given as Readonly<Record<string, unknown>>)) {
    const file = isTestMarked(item) ? item : { value: item, metadata: {} }
    const content = await artifact.encode(file.value)
    files.set(id, { ...content, metadata: { ...content.metadata, ...file.metadata } })
  }
  return { files, metadata: {} }
}

const isTestMarked = (item: unknown): item is WithMetadata =>
  typeof item === 'object' && item !== null && marked.has(item)
