// The verbs that take a pipeline file: what there is to type for run, watch, plan, status and others.
import { Option, type Command } from 'commander'
import { executorNames } from '../../pipeline/executor-names.ts'
import { aboveZero, append, noModules, wholeNumber, type Act } from './options.ts'

/** Adds them, with the options that all of them have. */
export function addPipelineVerbs(program: Command, act: Act): void {
  program
    .command('run', { isDefault: true })
    .argument('<pipeline>', 'the pipeline file')
    .argument('[scans...]', 'scans or a database: paths or patterns')
    .description('carry out a pipeline; the word run may be left out')
    .option('-n, --dry-run', 'only say what would be done, as plan does')
    .option('-j, --jobs <n>', 'how many threads to keep busy', wholeNumber)
    .option(
      '-f, --force <step>',
      'make a step again though it is complete (repeatable)',
      append,
      [],
    )
    .option('--drop-edits', 'with --force: make files anew, too, that were corrected by hand')
    .option('-k, --keep-going', 'after a failure go on with all that does not need it (default)')
    .option('--fail-fast', 'after a failure start nothing more')
    .option('--strict', 'end with exit code 15 if a check of a result is out of its limits')
    .option('--wait', 'wait for scans that another run holds, after the free ones')
    .addOption(new Option('--executor <name>', 'where tasks run').choices(executorNames))
    .option('--json', 'print events as JSON, one a line')
    .addHelpText('after', runExamples)
    .action(act(async () => (await import('../verbs/run.ts')).runVerb))
  program
    .command('watch <pipeline> [scans...]')
    .description('measure new and changed scans as they come, until Ctrl-C')
    .option('--every <seconds>', 'how often to look (default: 5)', aboveZero)
    .option('-j, --jobs <n>', 'how many threads to keep busy', wholeNumber)
    .addOption(new Option('--executor <name>', 'where tasks run').choices(executorNames))
    .option('--json', 'print events as JSON, one a line')
    .addHelpText('after', watchExamples)
    .action(act(async () => (await import('../verbs/watch.ts')).watchVerb))
  program
    .command('plan <pipeline> [scans...]')
    .description('say what would run and why; nothing is written')
    .option('--strict', 'exit code 15 if a check of a result is out of its limits')
    .option('-f, --force <step>', 'as if a step were to be made again (repeatable)', append)
    .option(...noModules)
    .option('--drop-edits', 'with --force: as if files were made anew that were corrected by hand')
    .option('--json', 'print the plan as JSON, one scan a line')
    .addHelpText('after', planExamples)
    .action(act(async () => (await import('../verbs/plan.ts')).planVerb))
  program
    .command('status <pipeline> [scans...]')
    .description('where each step of each scan stands')
    .option(...noModules)
    .option('--strict', 'exit code 15 if a check of a result is out of its limits')
    .option('--json', 'print JSON, one scan a line')
    .action(act(async () => (await import('../verbs/status.ts')).statusVerb))
  program
    .command('why <what> [pipeline] [scans...]')
    .description('why a step runs, or how a fileset came about')
    .option(...noModules)
    .option('--json', 'print JSON')
    .addHelpText('after', whyExamples)
    .action(act(async () => (await import('../verbs/why.ts')).whyVerb))
  program
    .command('table <step> <pipeline> [scans...]')
    .description('what a step found on all scans, as one CSV')
    .option(...noModules)
    .option(
      '-w, --with <key>',
      'a column of the scan’s metadata, object.genotype (repeatable)',
      append,
    )
    .option('--raw', 'cells as they are, also those that a spreadsheet would run')
    .addHelpText('after', tableExamples)
    .action(act(async () => (await import('../verbs/table.ts')).tableVerb))
  program
    .command('results <pipeline> [scans...]')
    .description('what was found, and where it lies')
    .option(...noModules)
    .option('--open', 'show the picture, too (of one scan)')
    .option('--json', 'print JSON, one result a line')
    .addHelpText('after', resultsExamples)
    .action(act(async () => (await import('../verbs/results.ts')).resultsVerb))
  program
    .command('graph <pipeline> [scans...]')
    .description('the pipeline as a picture; with a scan, coloured by what would be done')
    .option(...noModules)
    .addOption(new Option('--format <format>', 'the language').choices(['mermaid', 'dot']))
    .addHelpText('after', graphExamples)
    .action(act(async () => (await import('../verbs/graph.ts')).graphVerb))
  for (const verb of program.commands) {
    verb
      .option('-t, --target <task>', 'ask for the result of a task (repeatable)', append)
      .option(
        '-s, --set <task.key=value>',
        'change a value of the pipeline (repeatable)',
        append,
        [],
      )
  }
}

const runExamples = `
Examples:
  romi-run geom.toml db/plant_01                       one scan
  romi-run geom.toml 'db/plant_*' -j 4                 all that match, four threads
  romi-run geom.toml db -t PointCloud                  every scan, as far as the point cloud
  romi-run geom.toml db -s Masks.threshold=0.2         another value, kept beside the old result
  romi-run geom.toml db --force Voxels                 once more, and compare

Exit codes: 0 complete, 2 wrong command line, 10 another run holds the database, 20 data missing,
25 steps not run, 30 a task failed, 35 the pipeline is wrong, 40 internal error, 130 interrupted.
`

const watchExamples = `
Examples:
  romi-run watch pipeline.toml 'db/*'            in quotes: scans may yet come
`

const planExamples = `
Examples:
  romi-run plan geom.toml db/plant_01
  romi-run plan geom.toml db -s Voxels.voxel_size=0.25    what would this change cost?
`

const whyExamples = `
Examples:
  romi-run why Voxels geom.toml db/plant_01            the chain of reasons down to the cause
  romi-run why db/plant_01/Masks_1_rgb_ab12cd34ef      what a fileset was made from, when and how
`

const tableExamples = `
The rows of the step's CSV, else the values of its JSON as one row; the first column is the scan.
Scans on which the step is not complete are left out, which is told, and the exit code is then 20.
Before text that a spreadsheet would run as a formula (=, +, -, @) stands a quote; numbers stay.

Examples:
  romi-run table AnglesAndInternodes geom.toml 'db/plant_*' > organs.csv
  romi-run table AnglesAndInternodes geom.toml db --with object.genotype > organs.csv
  romi-run table AnglesAndInternodesEvaluation geom.toml db -s Masks.threshold=0.2 > right.csv
`

const resultsExamples = `
Results that are not complete are left out, which is told, and the exit code is then 20.

Examples:
  romi-run results geom.toml                           of all scans
  romi-run results geom.toml db/plant_01 --open        and its picture
`

const graphExamples = `
Examples:
  romi-run graph geom.toml > graph.mmd
  romi-run graph geom.toml db/plant_01 --format dot | dot -Tsvg > graph.svg
`
