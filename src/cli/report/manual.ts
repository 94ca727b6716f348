// The manual of a task, and the list of all tasks.
import type { Library } from '../../task/library.ts'
import type { Check } from '../../task/check.ts'
import type { Param } from '../../task/param.ts'
import { readsOf, type Slot } from '../../task/slot.ts'
import type { Task } from '../../task/task.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'

/** One line a task: what it is called, what it makes, what it does. */
export function libraryLines(library: Library, style: Style): string[] {
  const tasks = [...library.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const row = (task: Task) => [
    style.bold(task.name),
    task.output.name === 'nothing' ? '' : task.output.name,
    style.dim(task.summary),
  ]
  const sources = tasks.filter((task) => task.is === 'source')
  const computing = tasks.filter((task) => task.is === 'computing')
  return [
    'Tasks',
    ...table(computing.map(row), '  '),
    '',
    'Sources: data that are in the scan already',
    ...table(sources.map(row), '  '),
    '',
    style.dim('romi-run tasks NAME tells all about one.'),
  ]
}

/** All about one task. */
export function manualLines(task: Task, style: Style): string[] {
  const inputs = task.is === 'computing' ? Object.entries(task.inputs) : []
  const params = Object.entries<Param>(task.params)
  const checks = Object.entries(task.is === 'computing' ? (task.checks ?? {}) : {})
  const ignored = Object.entries(task.ignored ?? {})
  return [
    `${style.bold(task.name)}  ${task.summary}`,
    ...(task.doc === undefined ? [] : ['', ...task.doc.trim().split('\n')]),
    '',
    `Makes ${task.output.name}: ${task.output.doc}.${perFile(task)}`,
    ...section(
      'Inputs',
      inputs.flatMap(([name, slot]) => slotRows(name, slot, task.params, style)),
    ),
    ...section(
      'Parameters',
      params.flatMap(([name, param]) => paramRows(name, param, style)),
    ),
    ...section(
      'Checks',
      checks.flatMap(([name, check]) => checkManualRows(name, check, style)),
    ),
    ...section(
      'Keys without effect',
      ignored.map(([name, why]) => [style.bold(name), why]),
    ),
    ...programRows(task),
    ...(task.is === 'computing' ? ['', style.dim(`version ${task.version}`)] : []),
  ]
}

const perFile = (task: Task): string =>
  task.is === 'computing' && task.each !== undefined
    ? ` One file for each of ${task.each}: a new file costs itself alone.`
    : ''

const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : ['', title, ...table(rows, '  ')]

function slotRows(name: string, slot: Slot, params: Task['params'], style: Style): string[][] {
  const { default: preset, doc, aliases } = slot.options
  const takes = slot.accepts.map((artifact) => artifact.name).join(' or ')
  const what = {
    files: `files: ${takes}`,
    fileset: takes,
    annotations: 'any step, for its metadata',
    scan: `the id of another scan, for its ${slot.is === 'scan' ? slot.task : ''}`,
  }[slot.is]
  const standard = preset === undefined ? 'may stay empty' : `default ${preset}`
  const told = [doc, ...reads(slot, params), old(aliases)]
  return [[style.bold(name), what, standard], ...below(told, style)]
}

/** What a slot reads of metadata; that may follow the parameters, and then the defaults are shown. */
function reads(slot: Slot, params: Task['params']): string[] {
  const presets = Object.entries<Param>(params).map(([name, { default: preset }]) => [name, preset])
  const keys = Object.entries(readsOf(slot, Object.fromEntries(presets))).flatMap(([of, names]) =>
    names.map((name) => (of === 'file' ? name : `${name} (of the ${of})`)),
  )
  return keys.length === 0 ? [] : [`reads the metadata ${keys.join(', ')}`]
}

function paramRows(name: string, param: Param, style: Style): string[][] {
  const preset = param.default === undefined ? 'unset' : JSON.stringify(param.default)
  return [
    [style.bold(name), param.expects, `default ${preset}`],
    ...below(
      [param.doc, param.significant ? undefined : 'Changes no result.', old(param.aliases)],
      style,
    ),
  ]
}

function checkManualRows(
  name: string,
  { min, max, far, ...check }: Check,
  style: Style,
): string[][] {
  const limits = [
    ...(min === undefined ? [] : [`min ${min}`]),
    ...(max === undefined ? [] : [`max ${max}`]),
    ...(far === undefined ? [] : [`far ${far}`]),
  ]
  const { doc, unit = '', low, high, odd } = check
  return [
    [
      style.bold(name),
      unit,
      limits.length === 0 ? 'only told' : `warns beyond ${limits.join(', ')}`,
    ],
    ...below(
      [
        doc,
        low && `Below: ${low}.`,
        high && `Above: ${high}.`,
        odd && `Far from the others: ${odd}.`,
      ],
      style,
    ),
  ]
}

const old = (aliases: readonly string[] | undefined): string | undefined =>
  aliases === undefined || aliases.length === 0 ? undefined : `formerly ${aliases.join(', ')}`

const below = (texts: readonly (string | undefined)[], style: Style): string[][] =>
  texts.flatMap((text) => (text === undefined ? [] : [[`  ${style.dim(text)}`]]))

function programRows(task: Task): string[] {
  const needed = task.is === 'computing' ? (task.programs ?? []) : []
  const rows = needed.map(({ name, install }) => [name, install])
  return section('Programs that it needs', rows)
}
