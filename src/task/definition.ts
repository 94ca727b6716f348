// What is wrong with the definition of a task: users' modules are loaded without checking their types.
import { RomiError } from '../base/errors.ts'
import type { Artifact } from './artifact.ts'
import type { Param } from './param.ts'
import type { Slot } from './slot.ts'
import type { ComputingTask, Task } from './task.ts'

/** A record whose values were not checked by a compiler. */
type Unchecked<T> = Readonly<Record<string, Partial<T> | undefined>>

/** The first fault of a definition, and how to mend it: `task/bad-definition`; else `undefined`. */
export function definitionFault(task: Task): RomiError | undefined {
  if (task.is === 'source') return undefined
  const why =
    membersFault(task) ??
    slotsFault(task.inputs) ??
    paramsFault(task.params) ??
    bothFault(task) ??
    eachFault(task)
  return why === undefined
    ? undefined
    : new RomiError('task/bad-definition', `${task.name}: ${why}`, { facts: { task: task.name } })
}

function membersFault(task: Partial<ComputingTask>): string | undefined {
  const { version, inputs, params, output, retryOn = [], checks = {}, run } = task
  if (!Number.isInteger(version)) return '`version` must be a whole number, such as 1'
  if (!isMap(inputs)) return '`inputs` must be a map of slots, or {}'
  if (!isMap(params)) return '`params` must be a map of parameters, or {}'
  if (!isArtifact(output)) return '`output` must be an artifact, such as masks'
  if (typeof run !== 'function') return '`run` must be a function'
  if (!isMap(checks) || !Object.values(checks).every((check) => typeof check?.doc === 'string'))
    return "`checks` must be a map, such as { share: { doc: 'share of …', max: 0.5 } }"
  if (!Array.isArray(retryOn) || !retryOn.every((code) => typeof code === 'string'))
    return "`retryOn` must be a list of codes, such as ['user/no-luck']"
  return undefined
}

function slotsFault(inputs: Unchecked<Slot>): string | undefined {
  for (const [name, slot] of Object.entries(inputs)) {
    if (!isMap(slot?.options) || !Array.isArray(slot?.accepts))
      return `the input ${name} must be a slot, such as files(images, { default: 'ImagesFilesetExists' })`
    if (!(slot.accepts as readonly unknown[]).every(isArtifact))
      return `the input ${name} takes something that is no artifact: is its name imported?`
  }
  return undefined
}

function paramsFault(params: Unchecked<Param>): string | undefined {
  for (const [name, param] of Object.entries(params)) {
    const { schema, expects } = param ?? {}
    if (typeof schema?.safeParse !== 'function')
      return `the parameter ${name} must be made by param, such as param.float({ default: 0.5, doc: '…' })`
    const value = param?.default
    if (value !== undefined && !schema.safeParse(value).success)
      return `the default of ${name} is ${JSON.stringify(value)}, but it must be ${expects}`
  }
  return undefined
}

function bothFault({ inputs, params }: ComputingTask): string | undefined {
  const both = Object.keys(params).find((name) => Object.hasOwn(inputs, name))
  return both === undefined ? undefined : `${both} is an input and a parameter: rename one of them`
}

/** A file of each file, and a fileset as a whole, are made in two ways. */
function eachFault({ each, inputs, output }: ComputingTask): string | undefined {
  const slots = Object.keys(inputs).filter((name) => inputs[name].is === 'files')
  const named = slots.length === 0 ? 'it has none' : `it has ${slots.join(', ')}`
  if (each !== undefined && !slots.includes(each))
    return `\`each\` names no input of files, "${each}": ${named}`
  if (each !== undefined && output.kind === 'fileset')
    return `with \`each\` it must make one file of each: ${output.name} is a whole fileset`
  if (each === undefined && output.kind === 'file')
    return `it makes ${output.name}, one file of each: name the input in \`each\`; ${named}`
  if (each !== undefined && inputs[each].options.neutral)
    return `\`each\` names the neutral input ${each}: without files it would make none`
  return undefined
}

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null

const isArtifact = (value: unknown): boolean =>
  isMap(value) && ['file', 'fileset'].includes((value as Partial<Artifact>).kind ?? '')
