// The table [romi] of a pipeline, and [Task.romi] of a step: how to run, never what comes out.
import * as z from 'zod'
import { param, type Params } from '../task/param.ts'
import type { ComputingTask, Cpu, Limits } from '../task/task.ts'
import { checkParams, type StatedLimits } from './check-limits.ts'
import { isTable, type Document } from './document.ts'
import { executorNames, type ExecutorName } from './executor-names.ts'
import type { Remarks } from './diagnostic.ts'
import type { Path } from './places.ts'
import type { Settings } from './pipeline.ts'
import { nearest } from './suggest.ts'
import {
  slurmParams,
  slurmStepParams,
  type SlurmAsks,
  type SlurmSettings,
} from './slurm-settings.ts'
import { readValue, tomlText } from './values.ts'

const word = () => z.string().min(1)
/** One text will do where a list is meant. */
const orOne = (list: z.ZodType<string[]>) => z.union([list, word().transform((one) => [one])])
const wordOrWords = () => orOne(z.array(word()))
const seconds = 'second'

/** What `[romi]` may hold. */
export const settingsParams = {
  database: param.string<string | undefined>({
    default: undefined,
    doc: 'The folder of the database, from the folder of this file.',
  }),
  scans: param.of<string[] | undefined>(() => orOne(z.array(word()).min(1)), {
    default: undefined,
    doc: 'The scans to work on: ids, or patterns such as "plant_*".',
    expects: 'a list of at least one scan id or pattern',
  }),
  targets: param.of<string[] | undefined>(wordOrWords, {
    default: undefined,
    doc: 'The tasks whose results are asked for. Default: every step that no other reads.',
    expects: 'a list of task names',
  }),
  modules: param.of<string[] | undefined>(wordOrWords, {
    default: undefined,
    doc: 'Tasks of your own: files such as "./my-tasks/*.ts", or packages.',
    expects: 'a list of files, patterns or packages',
  }),
  code: param.of<'tokens' | 'version' | undefined>(() => z.enum(['tokens', 'version']), {
    default: undefined,
    doc: 'How a change of your own modules is noticed: by their code (default), or by version alone.',
    expects: 'one of "tokens", "version"',
  }),
  executor: param.of<ExecutorName | undefined>(() => z.enum(executorNames), {
    default: undefined,
    doc: 'Where tasks run: in worker threads (default), in the main one, for debuggers, or on a Slurm cluster.',
    expects: `one of ${executorNames.map((name) => `"${name}"`).join(', ')}`,
  }),
  jobs: param.integer<number | undefined>({
    default: undefined,
    min: 1,
    doc: 'How many threads to keep busy. Default: as many as the machine has.',
  }),
  scratch: param.string<string | undefined>({
    default: undefined,
    doc: 'A folder on a fast disk for temporary files, from the folder of this file. Default: in the database.',
  }),
  unit: param.string<string | undefined>({
    default: undefined,
    doc: 'The unit of all lengths, such as "mm"; reports bear it.',
  }),
} as const satisfies Params

/** What `[Task.romi]` may hold. */
export const stepParams = {
  retries: param.integer<number | undefined>({
    default: undefined,
    min: 0,
    doc: 'How often a failure is tried again.',
  }),
  time_limit: param.float<number | undefined>({
    default: undefined,
    min: 0,
    unit: seconds,
    doc: 'After how long the step is stopped as failed.',
  }),
  cpu: param.of<Cpu | undefined>(() => z.union([z.int().min(1), z.enum(['all', 'spare'])]), {
    default: undefined,
    doc: 'How many threads the step keeps busy; "spare": one, and those that nobody else needs.',
    expects: 'a whole number of at least 1, "all" or "spare"',
  }),
  memory: param.float<number | undefined>({
    default: undefined,
    min: 0,
    unit: 'MB',
    doc: 'How much memory must be free to start the step.',
  }),
  adopt: param.string<string | undefined>({
    default: undefined,
    doc: 'The id of a fileset that is taken as the output of the step.',
  }),
} as const satisfies Params

/** Reads `[romi]`. */
export function readSettings(document: Document, remarks: Remarks): Settings {
  const { table, slurm } = withoutSlurm(document.tables.romi)
  const path = ['romi', 'slurm']
  return {
    ...readTable<Settings>(settingsParams, table, ['romi'], document, remarks),
    ...(slurm !== undefined && {
      slurm: readTable<SlurmSettings>(slurmParams, slurm, path, document, remarks),
    }),
  }
}

/** A table without its sub-table `slurm`, which has parameters of its own. */
function withoutSlurm(table: unknown): { readonly table: unknown; readonly slurm?: unknown } {
  if (!isTable(table)) return { table }
  const { slurm, ...rest } = table
  return { table: rest, slurm }
}

/** Limits, adoption and limits of checks that `[Task.romi]` states. */
export interface StepSettings {
  readonly limits: Limits
  readonly checks?: Readonly<Record<string, StatedLimits | undefined>>
  readonly adopt?: string
  readonly slurm?: SlurmAsks
}

/** Reads `[Task.romi]`. */
export function readStepSettings(
  table: unknown,
  { name: task, checks = {}, each }: ComputingTask,
  document: Document,
  remarks: Remarks,
): StepSettings {
  const { checks: limitsOfChecks, slurm, ...settings } = isTable(table) ? table : noTable
  const own = isTable(table) ? settings : table
  const { time_limit, adopt, ...rest } = readTable<{
    readonly retries?: number
    readonly time_limit?: number
    readonly cpu?: Cpu
    readonly memory?: number
    readonly adopt?: string
  }>(stepParams, own, [task, 'romi'], document, remarks)
  const params = checkParams(checks, each !== undefined)
  const path = [task, 'romi', 'checks']
  const slurmPath = [task, 'romi', 'slurm']
  return {
    limits: { ...rest, ...(time_limit === undefined ? {} : { timeLimit: time_limit }) },
    ...(adopt === undefined ? {} : { adopt }),
    ...(limitsOfChecks !== undefined && {
      checks: readTable(params, limitsOfChecks, path, document, remarks),
    }),
    ...(slurm !== undefined && {
      slurm: readTable<SlurmAsks>(slurmStepParams, slurm, slurmPath, document, remarks),
    }),
  }
}

const noTable = { checks: undefined, slurm: undefined }

function readTable<T>(
  params: Params,
  table: unknown,
  path: Path,
  document: Document,
  remarks: Remarks,
): T {
  const values: Record<string, unknown> = {}
  const name = path.join('.')
  if (table !== undefined && !isTable(table)) {
    remarks.error('pipeline/wrong-value', document.where(path), {
      key: name,
      message: `${name} must be a table, not ${tomlText(table)}: write [${name}]`,
    })
  }
  for (const [key, value] of Object.entries(isTable(table) ? table : {})) {
    if (Object.hasOwn(params, key)) {
      const own = [...path, key]
      values[key] = readValue(params[key], value, own, `${name}.${key}`, document, remarks)
    } else {
      const suggestion = nearest(key, Object.keys(params))
      remarks.error('pipeline/unknown-key', document.where([...path, key]), {
        key: `${name}.${key}`,
        message: `[${name}] has no setting "${key}"; it has ${Object.keys(params).join(', ') || 'none'}`,
        ...(suggestion === undefined ? {} : { suggestion }),
      })
    }
  }
  // Safe: `T` names the parameters with the types that their schemas parse to, all of them optional.
  return values as T
}
