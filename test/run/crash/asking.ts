// What a run in a process of its own is asked by these tests.
import { pathToFileURL } from 'node:url'
import { builtScript } from '../../support/built-script.ts'
import type { Asked } from '../../support/child-run.ts'

/** What a child is asked: a pipeline on such a database, with the tasks of these tests. */
export const asking = (
  database: string,
  pipeline: string,
  options: Partial<Asked> = {},
): Asked => ({
  database,
  pipeline,
  executor: 'inline',
  tasks: pathToFileURL(builtScript('test/run/crash/tasks.ts')).href,
  name: 'run',
  ...options,
})
