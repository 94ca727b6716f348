// Text becomes a pipeline: every rule of the file is applied, and all mistakes are told at once.
import type { Library } from '../task/library.ts'
import type { Task } from '../task/task.ts'
import { isTable, readDocument, type Document } from './document.ts'
import { Remarks, type Diagnostic } from './diagnostic.ts'
import { remarkUnit } from './check-unit.ts'
import { foreignTables, isForeignTask, romiTasks, whyPassedOver } from './foreign.ts'
import { orderSteps, type Readings } from './order.ts'
import { identityOf, upstreamOf, type Pipeline, type Step } from './pipeline.ts'
import { readSettings, settingsParams } from './settings.ts'
import { nearest } from './suggest.ts'
import { chooseTargets, namedTargets } from './targets.ts'
import { wireSteps, type Wiring } from './wiring.ts'

/** What the command line changes in a file. */
export interface Overrides {
  /** Wins over `[romi] targets`. */
  readonly targets?: readonly string[]
  /** `Task.param=value`, each a TOML value or a bare word. */
  readonly sets?: readonly string[]
  /** `left`: the modules of the file are not loaded; what may be of them is told, and is no mistake. */
  readonly modules?: 'left'
}

/** A pipeline, or all that is wrong with its file. */
export type Parsed =
  | { readonly is: 'ok'; readonly pipeline: Pipeline }
  | { readonly is: 'wrong'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Parses the text of a pipeline file.
 * @param file its path, for places
 */
export function parsePipeline(
  text: string,
  file: string,
  library: Library,
  overrides: Overrides = {},
): Parsed {
  const remarks = new Remarks()
  const document = readDocument(text, file, overrides.sets ?? [], remarks)
  return parseDocument(document, file, library, overrides, remarks)
}

/**
 * Understands the document of a pipeline file.
 * @param document absent, if its text is no TOML
 * @param remarks what reading it remarked
 */
export function parseDocument(
  document: Document | undefined,
  file: string,
  library: Library,
  overrides: Overrides,
  remarks: Remarks,
): Parsed {
  const pipeline = document && understand(document, library, overrides, remarks)
  if (pipeline === undefined || remarks.hasErrors) {
    return { is: 'wrong', diagnostics: remarks.sorted() }
  }
  return { is: 'ok', pipeline: { file, ...pipeline, notes: remarks.sorted() } }
}

/** @returns what is right as far as it goes; worth nothing if `remarks` has errors */
function understand(
  document: Document,
  library: Library,
  overrides: Overrides,
  remarks: Remarks,
): Omit<Pipeline, 'file' | 'notes'> {
  const settings = readSettings(document, remarks)
  remarkUnit(settings.unit, document, remarks)
  const notLoaded = overrides.modules === 'left' ? new Set<string>() : undefined
  const tabled = readTables(document, library, remarks, notLoaded)
  const named = namedTargets(
    overrides.targets ?? [],
    settings.targets ?? [],
    library,
    document,
    remarks,
    notLoaded,
  )
  const asked = named.flatMap(({ name }) => library.get(name) ?? [])
  const wiring = wireSteps([...tabled, ...asked], library, document, remarks, notLoaded)
  const reads = readingsOf(wiring)
  const { steps: order, cycles } = orderSteps(reads)
  for (const cycle of cycles) remarkCycle(cycle, wiring, document, remarks)
  const { targets, unavailable } = chooseTargets(named, wiring, reads, remarks, notLoaded)
  // A table that is misspelt is one mistake, not two.
  const isEmpty = targets.length === 0 && (notLoaded?.size ?? 0) === 0
  if (isEmpty && !remarks.hasErrors) remarkNoStep(document, remarks)
  const steps = order.filter((step) => !unavailable.has(step)).map((step) => stepOf(step, wiring))
  return {
    settings,
    steps: new Map(steps.map((step) => [step.name, step])),
    targets,
    targetsNamed: named.length > 0,
    notLoaded: [...(notLoaded ?? [])],
  }
}

/** The tasks that have a table; every other table is a note or a mistake. */
function readTables(
  document: Document,
  library: Library,
  remarks: Remarks,
  notLoaded: Set<string> | undefined,
): Task[] {
  const tasks: Task[] = []
  for (const name of Object.keys(document.tables)) {
    const task = library.get(name)
    const mayBeLeft = isTable(document.tables[name]) && whyPassedOver(name) === undefined
    if (task !== undefined) tasks.push(task)
    else if (notLoaded && mayBeLeft && name !== 'romi') {
      notLoaded.add(name)
      const message = `[${name}]: module not loaded`
      remarks.note('pipeline/not-loaded', document.where([name]), { key: name, message })
    } else if (name !== 'romi') remarkStranger(name, document, library, remarks)
  }
  return tasks
}

function remarkStranger(
  name: string,
  document: Document,
  library: Library,
  remarks: Remarks,
): void {
  const where = document.where([name])
  const why = whyPassedOver(name)
  if (!isTable(document.tables[name])) {
    const setting = nearest(name, Object.keys(settingsParams))
    remarks.error('pipeline/unknown-key', where, {
      key: name,
      message: `"${name}" stands in no table: put it below [romi], or below the task that it is for`,
      ...(setting === undefined ? {} : { suggestion: `romi.${setting}` }),
    })
  } else if (why !== undefined) {
    remarks.note('pipeline/passed-over', where, {
      key: name,
      message: `[${name}] is passed over: ${why}`,
    })
  } else {
    const names = [...library.keys(), ...romiTasks, ...foreignTables, 'romi']
    const suggestion = nearest(name, names)
    remarks.error('pipeline/unknown-task', where, {
      key: name,
      message: `there is no task "${name}": romi-run tasks lists those there are`,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
  }
}

function readingsOf({ wires }: Wiring): Readings {
  return new Map([...wires].map(([step, own]) => [step, upstreamOf({ wires: own })]))
}

/** A cycle stands where its first step names the next one. */
function remarkCycle(
  cycle: readonly string[],
  { wires, steps }: Wiring,
  document: Document,
  remarks: Remarks,
): void {
  const [first, next = first] = cycle
  const slots = Object.entries(wires.get(first) ?? {})
  const [slot] = slots.find(([, wire]) => wire.is === 'step' && wire.step === next) ?? ['']
  const key = steps.get(first)?.slots[slot]?.key ?? slot
  remarks.error('pipeline/cycle', document.where([first, key]), {
    key: `${first}.${slot}`,
    message: `these steps wait for one another: ${[...cycle, first].join(' ← ')}`,
  })
}

/** A file that holds tasks of ROMI, but none a step here, is no mistake: its plan is empty. */
function remarkNoStep(document: Document, remarks: Remarks): void {
  const tables = Object.keys(document.tables).filter(isForeignTask)
  if (tables.length > 0)
    remarks.note('pipeline/no-step', document.where([tables[0]]), {
      key: tables[0],
      message: `nothing in this file is a step here: ${tables.join(', ')} belong to ROMI's other tools`,
    })
  else
    remarks.error(
      'pipeline/no-step',
      {},
      {
        message:
          'there is no step to do here: add a table that bears the name of a task; romi-run tasks lists those there are',
      },
    )
}

function stepOf(name: string, { steps, wires }: Wiring): Step {
  // Safe: the order names the steps of the wiring only.
  const { slots: _, line, adopt, checks, slurm, ...step } = steps.get(name)!
  return {
    ...step,
    identity: identityOf(step),
    wires: wires.get(name) ?? {},
    ...(line === undefined ? {} : { line }),
    ...(adopt === undefined ? {} : { adopt }),
    ...(slurm && { slurm }),
    ...(checks && { checks }),
  }
}
