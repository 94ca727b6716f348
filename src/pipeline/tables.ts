// One table of the file as a step: its parameters checked, its slots still only names.
import type { Checks } from '../task/check.ts'
import type { Params } from '../task/param.ts'
import type { InputSlots } from '../task/slot.ts'
import type { Limits, Task } from '../task/task.ts'
import { isTable, type Document, type TomlTable } from './document.ts'
import type { Remarks } from './diagnostic.ts'
import { withLimits } from './check-limits.ts'
import { readStepSettings, type StepSettings } from './settings.ts'
import type { SlurmAsks } from './slurm-settings.ts'
import { nearest } from './suggest.ts'
import { readValue, tomlText } from './values.ts'

/** A step as its table states it, before it is wired to others. */
export interface StepDraft {
  readonly name: string
  readonly task: Task
  readonly params: Readonly<Record<string, unknown>>
  readonly written: Readonly<Record<string, unknown>>
  /** What the table writes into each slot, and under which key. */
  readonly slots: Readonly<Record<string, { readonly value: unknown; readonly key: string }>>
  readonly lines: Readonly<Record<string, number>>
  readonly line: number | undefined
  readonly limits: Limits
  readonly checks: Checks | undefined
  readonly adopt: string | undefined
  readonly slurm: SlurmAsks | undefined
}

/** The input slots of a task; a source has none. */
export const slotsOf = (task: Task): InputSlots => (task.is === 'computing' ? task.inputs : {})

/** Reads the table of a task; a step without a table is read from an empty one. */
export function readStep(task: Task, document: Document, remarks: Remarks): StepDraft {
  const table = tableOf(task, document, remarks)
  const { romi, ...keys } = table
  const chosen = resolveNames(task, Object.keys(keys), document, remarks)
  const params = readParams(task, chosen, table, document, remarks)
  const slots: Record<string, { value: unknown; key: string }> = {}
  const lines: Record<string, number> = {}
  for (const [name, key] of chosen) {
    if (Object.hasOwn(slotsOf(task), name)) slots[name] = { value: table[key], key }
    const line = document.line([task.name, key])
    if (line !== undefined) lines[name] = line
  }
  const settings: StepSettings =
    romi === undefined ? { limits: {} } : readRomi(task, romi, document, remarks)
  const checks = task.is === 'computing' ? task.checks : undefined
  const limits = { ...(task.is === 'computing' ? task.limits : {}), ...settings.limits }
  return {
    name: task.name,
    task,
    params,
    written: writtenValues(task, chosen, document),
    slots,
    lines,
    line: document.line([task.name]),
    limits,
    checks: checks && withLimits(checks, settings.checks ?? {}),
    adopt: settings.adopt,
    slurm: settings.slurm,
  }
}

function tableOf(task: Task, document: Document, remarks: Remarks): TomlTable {
  if (!Object.hasOwn(document.tables, task.name)) return {}
  const table = document.tables[task.name]
  if (isTable(table)) return table
  remarks.error('pipeline/wrong-value', document.where([task.name]), {
    key: task.name,
    message: `${task.name} must be a table, not ${tomlText(table)}: write [${task.name}]`,
  })
  return {}
}

/**
 * Which key of the table fills which parameter or slot: name → key. Old names, keys without effect
 * and unknown ones are remarked.
 */
function resolveNames(
  task: Task,
  keys: readonly string[],
  document: Document,
  remarks: Remarks,
): Map<string, string> {
  const names = namesOf(task)
  const chosen = new Map<string, string>()
  for (const key of keys) {
    const name = names.get(key)
    if (name === undefined) remarkStrangeKey(task, key, document, remarks)
    else if (!chosen.has(name)) chosen.set(name, key)
    else settleTwice(task, name, chosen, key, document, remarks)
  }
  for (const [name, key] of chosen) {
    if (name === key) continue
    remarks.note('pipeline/renamed', document.where([task.name, key]), {
      key: `${task.name}.${key}`,
      message: `${task.name}.${key} is called ${name} now`,
      suggestion: name,
    })
  }
  return chosen
}

/** Every name that a key of this task's table may have → the name that it has here. */
function namesOf(task: Task): Map<string, string> {
  const names = new Map<string, string>()
  const add = (name: string, aliases: readonly string[] = []) => {
    for (const key of [name, ...aliases]) names.set(key, name)
  }
  for (const [name, { aliases }] of Object.entries<Params[string]>(task.params)) add(name, aliases)
  for (const [name, { options }] of Object.entries(slotsOf(task))) add(name, options.aliases)
  return names
}

/** One value under two names: a flag wins over the file, two of the file are a mistake. */
function settleTwice(
  task: Task,
  name: string,
  chosen: Map<string, string>,
  key: string,
  document: Document,
  remarks: Remarks,
): void {
  const other = chosen.get(name) ?? name
  const where = document.where([task.name, key])
  if (where.flag !== undefined) chosen.set(name, key)
  if (where.flag !== undefined || document.where([task.name, other]).flag !== undefined) return
  remarks.error('pipeline/duplicate-key', where, {
    key: `${task.name}.${key}`,
    message: `${task.name}.${key} and ${task.name}.${other} are the same: keep ${name}`,
    suggestion: name,
  })
}

function remarkStrangeKey(task: Task, key: string, document: Document, remarks: Remarks): void {
  const where = document.where([task.name, key])
  const full = `${task.name}.${key}`
  if (Object.hasOwn(task.ignored ?? {}, key)) {
    const why = task.ignored?.[key]
    remarks.note('pipeline/no-effect', where, {
      key: full,
      message: `${full} has no effect: ${why}`,
    })
    return
  }
  const known = [...namesOf(task).keys()]
  const suggestion = nearest(key, [...known, ...Object.keys(task.ignored ?? {})])
  const takes = [...Object.keys(slotsOf(task)), ...Object.keys(task.params)]
  const has = takes.length === 0 ? 'it takes none' : `it takes ${takes.join(', ')}`
  remarks.error('pipeline/unknown-key', where, {
    key: full,
    message: `${task.name} has no parameter or input "${key}"; ${has}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

function readParams(
  task: Task,
  chosen: ReadonlyMap<string, string>,
  table: TomlTable,
  document: Document,
  remarks: Remarks,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, param] of Object.entries<Params[string]>(task.params)) {
    const key = chosen.get(name)
    const path = [task.name, key ?? name]
    values[name] =
      key === undefined
        ? param.default
        : readValue(param, table[key], path, path.join('.'), document, remarks)
  }
  return values
}

/** The values of lists and maps as the file spells them. */
function writtenValues(
  task: Task,
  chosen: ReadonlyMap<string, string>,
  document: Document,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, { spelling }] of Object.entries<Params[string]>(task.params)) {
    const key = spelling === 'json' ? chosen.get(name) : undefined
    if (key !== undefined) values[name] = document.written([task.name, key])
  }
  return values
}

function readRomi(task: Task, table: unknown, document: Document, remarks: Remarks): StepSettings {
  if (task.is === 'computing') return readStepSettings(table, task, document, remarks)
  remarks.note('pipeline/no-effect', document.where([task.name, 'romi']), {
    key: `${task.name}.romi`,
    message: `[${task.name}.romi] has no effect: ${task.name} computes nothing`,
  })
  return { limits: {} }
}
