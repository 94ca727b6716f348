// The executors that a pipeline may name; src/run/executors/ holds them.
export const executorNames = ['threads', 'inline', 'slurm'] as const

/** Where tasks run. */
export type ExecutorName = (typeof executorNames)[number]
