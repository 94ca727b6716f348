// Loads tasks: those of the library and users' own modules, without a build, in any thread.
import { createJiti } from 'jiti'
import { asError, RomiError } from '../base/errors.ts'
import { libraryOf, type Library } from './library.ts'
import { isTask, type Task } from './task.ts'

/** Where the tasks of a run come from; plain data, so that a worker thread loads the same ones. */
export interface LibraryOrigin {
  /** URL of the module that exports the built-in `tasks`. */
  readonly builtin: string
  /** URL of the library's public face: what `import … from 'romi-run'` gives in a user's module. */
  readonly face: string
  /** Files of users' modules, absolute. */
  readonly modules: readonly string[]
}

/**
 * Loads all tasks.
 * @throws RomiError `task/bad-module`, `task/duplicate-name`
 */
export async function loadLibrary(origin: LibraryOrigin): Promise<Library> {
  const builtin = (await import(origin.builtin)) as { readonly tasks: readonly Task[] }
  const own = await Promise.all(origin.modules.map((file) => loadModule(file, origin.face)))
  return libraryOf([...builtin.tasks, ...own.flat()])
}

/** The tasks of one file: its default export, or a list of them. @throws RomiError `task/bad-module` */
export async function loadModule(file: string, face: string): Promise<readonly Task[]> {
  const jiti = createJiti(import.meta.url, {
    interopDefault: false,
    virtualModules: { 'romi-run': await import(face) },
  })
  let module: { readonly default?: unknown }
  try {
    module = await jiti.import(file)
  } catch (thrown) {
    const error = asError(thrown)
    throw new RomiError('task/bad-module', `${file} could not be loaded: ${error.message}`, {
      cause: error,
      facts: { file },
    })
  }
  const tasks = Array.isArray(module.default) ? (module.default as unknown[]) : [module.default]
  if (tasks.length === 0 || !tasks.every(isTask)) {
    throw new RomiError(
      'task/bad-module',
      `${file} gives no task: it needs \`export default defineTask({ … })\``,
      { facts: { file } },
    )
  }
  return tasks
}
