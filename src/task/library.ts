// The library: all the tasks that a pipeline may name.
import { RomiError } from '../base/errors.ts'
import type { Task } from './task.ts'

/** Tasks by name. */
export type Library = ReadonlyMap<string, Task>

const validName = /^[A-Z][A-Za-z0-9]*$/

/**
 * Gathers tasks under their names.
 * @throws RomiError `task/duplicate-name`, `task/bad-name`
 */
export function libraryOf(tasks: Iterable<Task>): Library {
  const library = new Map<string, Task>()
  for (const task of tasks) {
    const fault = nameFault(task, library)
    if (fault) throw fault
    library.set(task.name, task)
  }
  return library
}

/**
 * Why a task cannot join a library: `task/duplicate-name`, `task/bad-name`.
 * @param home the file of the task that has its name; absent: that one is built in
 */
export function nameFault(task: Task, library: Library, home?: string): RomiError | undefined {
  if (!validName.test(task.name)) {
    return new RomiError(
      'task/bad-name',
      `"${task.name}" cannot name a task: use PascalCase letters and digits, no "_" (other tools split a fileset's name there)`,
    )
  }
  if (library.has(task.name)) {
    return new RomiError(
      'task/duplicate-name',
      `${task.name} is the name of ${home === undefined ? 'a built-in task' : `the task in ${home}`} already: choose another`,
    )
  }
  return undefined
}
