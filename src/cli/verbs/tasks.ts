// romi-run tasks: the library, and the manual of one task.
import * as z from 'zod'
import { RomiError } from '../../base/errors.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { nearest } from '../../pipeline/suggest.ts'
import type { Param } from '../../task/param.ts'
import type { Slot } from '../../task/slot.ts'
import type { Task } from '../../task/task.ts'
import { libraryFor } from '../library.ts'
import { libraryLines, manualLines } from '../report/manual.ts'
import { styleFor } from '../report/style.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'
import { pathFrom } from '../../base/path.ts'

/** Prints the list, or the manual of `name`. */
export async function tasksVerb(
  name: string | undefined,
  options: CommonOptions & { readonly pipeline?: string; readonly modules?: boolean },
  context: CliContext,
): Promise<number> {
  const file = options.pipeline && pathFrom(context.cwd, options.pipeline)
  const { library, notLoaded, code } = await libraryFor(file, options, context)
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  const task = name === undefined ? undefined : library.get(name)
  if (name !== undefined && task === undefined) {
    if (notLoaded.includes(name)) {
      const told = options.json ? JSON.stringify({ name, notLoaded: true }) : undefined
      context.stdout.write(`${told ?? `${name}  module not loaded`}\n`)
      return code
    }
    // It may stand in the module of which it was just told that it is wrong.
    if (code !== exitCodes.complete) return code
    const meant = nearest(name, library.keys())
    const hint = meant === undefined ? 'romi-run tasks lists them' : `did you mean ${meant}?`
    throw new RomiError('cli/unknown-task', `there is no task "${name}": ${hint}`)
  }
  const text = options.json
    ? JSON.stringify(task ? taskJson(task) : [...library.values()].map(taskJson), undefined, 2)
    : (task ? manualLines(task, style) : libraryLines(library, style)).join('\n')
  context.stdout.write(`${text}\n`)
  return code
}

function taskJson(task: Task): object {
  const inputs = task.is === 'computing' ? Object.entries(task.inputs) : []
  const slot = ({ is, accepts, options }: Slot) => ({
    is,
    accepts: accepts.map((artifact) => artifact.name),
    default: options.default ?? null,
  })
  const param = ({ schema, doc, unit, default: preset, expects, significant, neutral }: Param) => ({
    doc,
    expects,
    unit: unit ?? null,
    default: preset ?? null,
    significant,
    neutral,
    schema: z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }),
  })
  return {
    name: task.name,
    is: task.is,
    summary: task.summary,
    ...(task.is === 'computing' && { version: task.version, each: task.each ?? null }),
    makes: task.output.name,
    inputs: Object.fromEntries(inputs.map(([name, of]) => [name, slot(of)])),
    params: Object.fromEntries(
      Object.entries<Param>(task.params).map(([name, of]) => [name, param(of)]),
    ),
    ignored: task.ignored ?? {},
  }
}
