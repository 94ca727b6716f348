// The verbs about tasks and files to start from: what there is to type for tasks, schema and new.
import type { Command } from 'commander'
import { noModules, type Act } from './options.ts'

/** Adds them. */
export function addLibraryVerbs(program: Command, act: Act): void {
  const withModules = '-p, --pipeline <file>'
  program
    .command('tasks [name]')
    .description('the tasks there are; the manual of one')
    .option(withModules, 'with the tasks of the modules that it names')
    .option(...noModules)
    .option('--json', 'print JSON')
    .action(act(async () => (await import('../verbs/tasks.ts')).tasksVerb))
  program
    .command('schema')
    .description('a JSON Schema of pipeline files, for editors')
    .option(withModules, 'with the tasks of the modules that it names')
    .option(...noModules)
    .addHelpText('after', schemaExamples)
    .action(act(async () => (await import('../verbs/schema.ts')).schemaVerb))
  program
    .command('new')
    .description('write something to start from')
    .command('task <name>')
    .description('a task of your own, with its test')
    .option('--folder <folder>', 'where to', 'my-tasks')
    .action(act(async () => (await import('../verbs/new-task.ts')).newTaskVerb))
}

const schemaExamples = `
Example: romi-run schema > pipeline.schema.json, and in the first line of the pipeline
  #:schema ./pipeline.schema.json
`
