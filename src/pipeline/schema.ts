// A JSON Schema of the whole pipeline file, for editors: completion, documentation, red lines.
import * as z from 'zod'
import type { Json, JsonObject } from '../base/types.ts'
import type { Library } from '../task/library.ts'
import type { Param, Params } from '../task/param.ts'
import type { Slot, InputSlots } from '../task/slot.ts'
import type { ComputingTask, Task } from '../task/task.ts'
import { checkParams } from './check-limits.ts'
import { foreignTables, romiTasks, whyPassedOver } from './foreign.ts'
import { settingsParams, stepParams } from './settings.ts'
import { slurmParams, slurmStepParams } from './slurm-settings.ts'
import { slotsOf } from './tables.ts'
import { fittingTasks } from './wiring.ts'

/** The schema (draft 7, which editors of TOML know) of every file that these tasks understand. */
export function pipelineSchema(library: Library): JsonObject {
  const absent = romiTasks.filter((name) => !library.has(name))
  const passedOver = [...absent, ...foreignTables].map(
    (name) =>
      [name, { type: 'object', description: `Passed over: ${whyPassedOver(name)}.` }] as const,
  )
  const tasks = [...library.values()].map((task) => [task.name, taskSchema(task, library)])
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A pipeline of romi-run',
    type: 'object',
    properties: {
      romi: withSlurm(
        tableSchema('How to run; nothing here changes a result.', settingsParams),
        slurmParams,
      ),
      ...Object.fromEntries(tasks),
      ...Object.fromEntries(passedOver),
    },
    patternProperties: { '^Scan': { type: 'object' } },
    additionalProperties: false,
  }
}

function taskSchema(task: Task, library: Library): JsonObject {
  const slots = Object.entries<InputSlots[string]>(slotsOf(task)).flatMap(([name, slot]) =>
    withAliases(name, slot.options.aliases ?? [], slotSchema(slot, library)),
  )
  const ignored = Object.entries(task.ignored ?? {}).map(
    ([name, why]) => [name, { description: `Has no effect: ${why}.` }] as const,
  )
  const table = tableSchema(task.summary, task.params)
  return {
    ...table,
    properties: {
      ...Object.fromEntries(slots),
      // Safe: `tableSchema` makes it an object.
      ...(table.properties as JsonObject),
      ...Object.fromEntries(ignored),
      ...(task.is === 'computing' && {
        romi: romiSchema(task),
      }),
    },
  }
}

function romiSchema({ checks, each }: ComputingTask): JsonObject {
  const plain = tableSchema('How to run this step; nothing here changes its result.', stepParams)
  const table = withSlurm(plain, slurmStepParams)
  if (!checks) return table
  const limits = checkParams(checks, each !== undefined)
  const ofChecks = tableSchema('Limits beyond which to warn of its result.', limits)
  // Safe: `tableSchema` makes it an object.
  return { ...table, properties: { ...(table.properties as JsonObject), checks: ofChecks } }
}

function withSlurm(table: JsonObject, params: Params): JsonObject {
  const slurm = tableSchema('What its jobs ask of a Slurm cluster.', params)
  // Safe: `tableSchema` makes it an object.
  return { ...table, properties: { ...(table.properties as JsonObject), slurm } }
}

function tableSchema(description: string, params: Params): JsonObject {
  const properties = Object.entries(params).flatMap(([name, param]) =>
    withAliases(name, param.aliases, paramSchema(param)),
  )
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  }
}

/** A key and its old names, which say that they are old. */
function withAliases(
  name: string,
  aliases: readonly string[],
  schema: JsonObject,
): (readonly [string, JsonObject])[] {
  const old = { ...schema, description: `Called ${name} now.`, deprecated: true }
  return [[name, schema], ...aliases.map((alias) => [alias, old] as const)]
}

function paramSchema(param: Param): JsonObject {
  const schema = z.toJSONSchema(param.schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // Draft 7 asks that whole numbers stay exact; that is no bound to show in an editor.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
  const {
    $schema: _,
    definitions: __,
    json,
    scalarText,
    emptyText,
    ...rest
  } = withoutRefs(schema) as JsonObject
  const value =
    json === true
      ? orString(rest, '^\\s*[\\[{]')
      : scalarText === true
        ? orString(rest, rest.type === 'boolean' ? booleanText : numberText)
        : emptyText === true
          ? orString(rest, '^$')
          : rest
  return {
    ...value,
    description: `${sentence(param.doc)}${unitText(param)}${defaultOf(param.default)}`,
    // Safe: what a parameter is by default is a value that TOML can write.
    ...(param.default === undefined ? {} : { default: param.default as Json }),
  }
}

/** A string may stand for a list, a table, a number or a boolean, as ROMI's files write them. */
const orString = (schema: JsonObject, pattern: string): JsonObject => ({
  anyOf: [schema, { type: 'string', pattern }],
})

const numberText = '^\\s*[+-]?[0-9.]+([eE][+-]?[0-9]+)?\\s*$'
const booleanText = '^\\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\\s*$'

/**
 * Only values that may hold themselves (the JSON in a query) come as references; their definitions
 * would have to move to the top of the file's schema, and an editor may take any of them.
 */
const withoutRefs = (schema: object): unknown =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === '$ref' ? undefined : value)))

const sentence = (doc: string): string => (/[.!?]$/.test(doc) ? doc : `${doc}.`)

function unitText({ unit }: Param): string {
  if (unit === undefined) return ''
  return unit === 'length' ? " Unit: the scan's." : ` Unit: ${unit}.`
}

const defaultOf = (value: unknown): string =>
  value === undefined ? '' : ` Default: ${JSON.stringify(value)}.`

function slotSchema(slot: Slot, library: Library): JsonObject {
  const { default: preset, doc } = slot.options
  const says = doc === undefined ? '' : `${sentence(doc)} `
  if (slot.is === 'scan') {
    return {
      type: 'string',
      description: `${says}The scan whose ${slot.task} is read; "" for none.`,
      default: '',
    }
  }
  const takes = slot.accepts.map((artifact) => artifact.name).join(' or ')
  const what = slot.is === 'annotations' ? 'any step, for its metadata' : takes
  return {
    type: 'string',
    enum: [...fittingTasks(slot, library), ...(preset === undefined ? [''] : [])],
    description: `${says}Reads ${what}.${preset === undefined ? '' : ` Default: ${preset}.`}`,
    ...(preset === undefined ? {} : { default: preset }),
  }
}
