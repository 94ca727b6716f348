// Loads tasks: those of the library and users' own modules, without a build, in any thread.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Jiti } from 'jiti'
import { asError, RomiError } from '../base/errors.ts'
import { once } from '../base/memo.ts'
import { keptCompiler } from './code/compiled-modules.ts'
import { codeOf, resolverOf, type CodeReading, type UnseenImport } from './code/module-code.ts'
import { keepingPlain, plainModule, type GivenModules } from './code/plain-modules.ts'
import * as declaring from './declaring.ts'
import { definitionFault } from './definition.ts'
import { libraryOf, nameFault, type Library } from './library.ts'
import { isTask, type Task } from './task.ts'

/** Where the tasks of a run come from; plain data, so that a worker thread loads the same ones. */
export interface LibraryOrigin {
  /** URL of the module that exports the built-in `tasks`, and what they make: `romi-run/tasks`. */
  readonly builtin: string
  /** URL of the library's public face: what `import … from 'romi-run'` gives in a user's module. */
  readonly face: string
  /** Files of users' modules, absolute. */
  readonly modules: readonly string[]
  /** Those of `modules` whose code counts; the others count by the versions of their tasks. */
  readonly counted?: readonly string[]
}

/** The tasks that could be loaded, and what is wrong with the modules of the others. */
export interface Gathered {
  readonly library: Library
  /** As `loadLibrary` throws them; `facts` name the `file` and `line`. */
  readonly faults: readonly RomiError[]
  /** Imports in modules whose code counts that nobody can follow. */
  readonly unseen: readonly UnseenImport[]
}

/**
 * Loads all tasks.
 * @throws RomiError `task/bad-module`, `task/duplicate-name`, `task/bad-name`, `task/bad-definition`
 */
export async function loadLibrary(origin: LibraryOrigin): Promise<Library> {
  const { library, faults } = await gatherLibrary(origin)
  if (faults.length > 0) throw faults[0]
  return library
}

/** Loads all tasks; a module that is wrong keeps no other from being loaded. */
export async function gatherLibrary(origin: LibraryOrigin): Promise<Gathered> {
  // Safe: the caller names the module that exports the built-in tasks.
  const builtin = (await import(origin.builtin)) as { readonly tasks: readonly Task[] }
  const library = new Map(libraryOf(builtin.tasks))
  const homes = new Map<string, string>()
  const faults: RomiError[] = []
  const loaded = await loadModules(origin)
  for (const module of loaded) {
    const { file } = module
    if (module.fault) faults.push(module.fault)
    for (const task of module.tasks) {
      const fault = nameFault(task, library, homes.get(task.name)) ?? definitionFault(task)
      if (fault) faults.push(await withPlace(fault, file, task.name))
      else {
        library.set(task.name, withCode(task, module))
        homes.set(task.name, basename(file))
      }
    }
  }
  return { library, faults, unseen: loaded.flatMap(({ code }) => code?.unseen ?? []) }
}

/** Whatever the module itself says of its code does not count. */
function withCode(task: Task, { code, assertCode }: LoadedModule): Task {
  if (task.is === 'source') return task
  return Object.freeze({ ...task, code: code?.code, assertCode })
}

/** The tasks of one file: its default export, or a list of them. @throws RomiError `task/bad-module` */
export async function loadModule(
  file: string,
  origin: Pick<LibraryOrigin, 'face' | 'builtin'>,
): Promise<readonly Task[]> {
  const [{ tasks, fault }] = await loadModules({ ...origin, modules: [file] })
  if (fault) throw fault
  return tasks
}

interface LoadedModule {
  readonly file: string
  readonly tasks: readonly Task[]
  readonly code: CodeReading | undefined
  /** For code that is loaded bit by bit: throws if it has changed by now. */
  readonly assertCode?: () => Promise<void>
  readonly fault?: RomiError
}

async function loadModules(origin: LibraryOrigin): Promise<readonly LoadedModule[]> {
  const { modules, counted = [], face, builtin } = origin
  if (modules.length === 0) return []
  // Safe: the caller names the module that exports the built-in tasks.
  const given = { 'romi-run': declaring, 'romi-run/tasks': (await import(builtin)) as object }
  const loader = once(() => makeLoader(face, given))
  const resolver = async () => resolverOf(await loader())
  const codes = new Map<string, CodeReading>()
  for (const file of counted) codes.set(file, await codeOf(file, resolver))
  const read: ModuleReading = {
    codes,
    resolver,
    import: await importerOf(modules, codes, given, loader),
  }
  const loaded: LoadedModule[] = []
  for (const file of modules) loaded.push(await loadOne(file, read))
  return loaded
}

/** How modules are read and loaded. */
interface ModuleReading {
  readonly codes: ReadonlyMap<string, CodeReading>
  readonly resolver: () => Promise<ReturnType<typeof resolverOf>>
  readonly import: (file: string) => Promise<object>
}

/** Only those whose modules are not plain, or not compiled yet, pay for the loader and the whole face. */
async function makeLoader(face: string, given: GivenModules): Promise<Jiti> {
  const { createJiti } = await import('jiti')
  const options = { interopDefault: false, fsCache: false }
  const compile = keptCompiler(() => createJiti(import.meta.url, options))
  return createJiti(import.meta.url, {
    ...options,
    transform: keepingPlain(compile, given),
    virtualModules: { ...given, 'romi-run': (await import(face)) as object },
  })
}

/** Modules that stand alone may each be run by itself; of others the loader sees that each is there once. */
async function importerOf(
  modules: readonly string[],
  codes: ReadonlyMap<string, CodeReading>,
  given: GivenModules,
  loader: () => Promise<Jiti>,
): Promise<ModuleReading['import']> {
  const imported = once(async () => {
    const jiti = await loader()
    // What this process loaded earlier may be of other code than what lies there now.
    for (const { files } of codes.values()) for (const file of files) delete jiti.cache[file]
    return (file: string): Promise<object> => jiti.import(file)
  })
  const isAlone = (file: string) => codes.get(file)?.files.length === 1
  if (!modules.every(isAlone)) return imported()
  return async (file) => plainModule(file, given) ?? (await imported())(file)
}

async function loadOne(file: string, read: ModuleReading): Promise<LoadedModule> {
  const code = read.codes.get(file)
  try {
    const tasks = await tasksIn(file, read)
    const assertCode = code && (() => assertUnchanged(file, code, read))
    await assertCode?.()
    return { file, tasks, code, ...(code?.isLazy && { assertCode }) }
  } catch (error) {
    if (!(error instanceof RomiError)) throw error
    return { file, tasks: [], code, fault: error }
  }
}

/** @throws RomiError `task/changed` if what was loaded may mix old and new code */
async function assertUnchanged(
  file: string,
  { code }: CodeReading,
  { resolver }: ModuleReading,
): Promise<void> {
  const now = await codeOf(file, resolver)
  if (now.code.digest !== code.digest)
    throw new RomiError(
      'task/changed',
      `${basename(file)}, or what it imports, was changed while it was being used: run it again`,
      { facts: { file } },
    )
}

async function tasksIn(file: string, read: ModuleReading): Promise<readonly Task[]> {
  let module: { readonly default?: unknown }
  try {
    module = await read.import(file)
  } catch (thrown) {
    const error = asError(thrown)
    const [what] = error.message.split('\n')
    throw badModule(file, `could not be loaded: ${what.trim()}`, spotIn(file, error), error)
  }
  const tasks = Array.isArray(module.default) ? (module.default as unknown[]) : [module.default]
  if (tasks.length === 0 || !tasks.every(isTask)) {
    throw badModule(file, 'gives no task: it needs `export default defineTask({ … })`')
  }
  return tasks
}

interface ErrorSpot {
  readonly line: number
  readonly column: number
}

function badModule(file: string, what: string, spot?: ErrorSpot, cause?: Error): RomiError {
  const facts = { file, ...spot }
  return new RomiError('task/bad-module', `${basename(file)} ${what}`, { cause, facts })
}

/** Where in `file` an error arose: compilers say it in the message, running code in the stack. */
function spotIn(file: string, error: Error): ErrorSpot | undefined {
  const text = `${error.message}\n${error.stack ?? ''}`
  const at = text.indexOf(`${file}:`)
  const found = at < 0 ? undefined : /^(\d+):(\d+)/.exec(text.slice(at + file.length + 1))
  return found ? { line: Number(found[1]), column: Number(found[2]) } : undefined
}

/** The fault with the line on which the module gives the task its name. */
async function withPlace(fault: RomiError, file: string, name: string): Promise<RomiError> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  const index = lines.findIndex((text) => /\bname\s*:/.test(text) && text.includes(name))
  const facts = { file, name, ...(index < 0 ? {} : { line: index + 1, column: 1 }) }
  return new RomiError(fault.code, fault.message, { facts })
}
