// Which filesets a clean removes.

/** A fileset that a task made. */
export interface MadeByTask {
  readonly id: string
  readonly task: string
}

/** Which of them are meant; no task named: those of all tasks. */
export interface Which {
  readonly tasks: readonly string[]
  /** Only those after which the index lists another of the same task: the last one is in use. */
  readonly superseded: boolean
}

/** @param made in the order of the index */
export function removable<T extends MadeByTask>(
  made: readonly T[],
  { tasks, superseded }: Which,
): T[] {
  return made.filter(({ task }, i) => {
    if (tasks.length > 0 && !tasks.includes(task)) return false
    return !superseded || made.slice(i + 1).some((later) => later.task === task)
  })
}
