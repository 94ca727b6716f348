// What there is to type: verbs, arguments, flags and examples. What a verb does is loaded when used.
import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../base/version.ts'
import { executorNames } from '../pipeline/executor-names.ts'
import type { CliContext } from './cli-context.ts'

/** A verb takes its arguments, its options and the context, and gives an exit code. */
type Verb = (...args: never[]) => Promise<number>
type Act = (load: () => Promise<Verb>) => (...args: unknown[]) => Promise<void>

/** @param done takes the exit code of the verb that was called */
export function commandLine(context: CliContext, done: (code: number) => void): Command {
  const act: Act =
    (load) =>
    async (...args) => {
      const verb = await load()
      // Commander passes arguments, options and, last, the command, which is not for verbs.
      // Safe: the parameters of each verb are the arguments and options that are declared below.
      done(await verb(...([...args.slice(0, -1), context] as never[])))
    }
  const program = new Command('romi-run')
    .usage('<pipeline> [scans...]\n       romi-run <verb> …')
    .description(
      'From photographs of plants to measurements of them; only what changed is done again.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help to learn more)')
    .addHelpText('after', examples)
  addPipelineVerbs(program, act)
  addLibraryVerbs(program, act)
  addStoreVerbs(program, act)
  for (const verb of program.commands) {
    for (const command of verb.commands.length > 0 ? verb.commands : [verb]) addCommon(command)
  }
  return program
}

/** For a pipeline of somebody whose code is not to be trusted. */
const noModules = [
  '--no-modules',
  'run no code of the modules that the pipeline names: their steps are told as not loaded',
] as const

function addPipelineVerbs(program: Command, act: Act): void {
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
    .action(act(async () => (await import('./verbs/run.ts')).runVerb))
  program
    .command('watch <pipeline> [scans...]')
    .description('measure new and changed scans as they come, until Ctrl-C')
    .option('--every <seconds>', 'how often to look (default: 5)', aboveZero)
    .option('-j, --jobs <n>', 'how many threads to keep busy', wholeNumber)
    .addOption(new Option('--executor <name>', 'where tasks run').choices(executorNames))
    .option('--json', 'print events as JSON, one a line')
    .addHelpText('after', watchExamples)
    .action(act(async () => (await import('./verbs/watch.ts')).watchVerb))
  program
    .command('plan <pipeline> [scans...]')
    .description('say what would run and why; nothing is written')
    .option('--strict', 'exit code 15 if a check of a result is out of its limits')
    .option('-f, --force <step>', 'as if a step were to be made again (repeatable)', append)
    .option(...noModules)
    .option('--drop-edits', 'with --force: as if files were made anew that were corrected by hand')
    .option('--json', 'print the plan as JSON, one scan a line')
    .addHelpText('after', planExamples)
    .action(act(async () => (await import('./verbs/plan.ts')).planVerb))
  program
    .command('status <pipeline> [scans...]')
    .description('where each step of each scan stands')
    .option(...noModules)
    .option('--strict', 'exit code 15 if a check of a result is out of its limits')
    .option('--json', 'print JSON, one scan a line')
    .action(act(async () => (await import('./verbs/status.ts')).statusVerb))
  program
    .command('why <what> [pipeline] [scans...]')
    .description('why a step runs, or how a fileset came about')
    .option(...noModules)
    .option('--json', 'print JSON')
    .addHelpText('after', whyExamples)
    .action(act(async () => (await import('./verbs/why.ts')).whyVerb))
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
    .action(act(async () => (await import('./verbs/table.ts')).tableVerb))
  program
    .command('results <pipeline> [scans...]')
    .description('what was found, and where it lies')
    .option(...noModules)
    .option('--open', 'show the picture, too (of one scan)')
    .option('--json', 'print JSON, one result a line')
    .addHelpText('after', resultsExamples)
    .action(act(async () => (await import('./verbs/results.ts')).resultsVerb))
  program
    .command('graph <pipeline> [scans...]')
    .description('the pipeline as a picture; with a scan, coloured by what would be done')
    .option(...noModules)
    .addOption(new Option('--format <format>', 'the language').choices(['mermaid', 'dot']))
    .addHelpText('after', graphExamples)
    .action(act(async () => (await import('./verbs/graph.ts')).graphVerb))
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

function addLibraryVerbs(program: Command, act: Act): void {
  const withModules = '-p, --pipeline <file>'
  program
    .command('tasks [name]')
    .description('the tasks there are; the manual of one')
    .option(withModules, 'with the tasks of the modules that it names')
    .option(...noModules)
    .option('--json', 'print JSON')
    .action(act(async () => (await import('./verbs/tasks.ts')).tasksVerb))
  program
    .command('schema')
    .description('a JSON Schema of pipeline files, for editors')
    .option(withModules, 'with the tasks of the modules that it names')
    .option(...noModules)
    .addHelpText('after', schemaExamples)
    .action(act(async () => (await import('./verbs/schema.ts')).schemaVerb))
  program
    .command('new')
    .description('write something to start from')
    .command('task <name>')
    .description('a task of your own, with its test')
    .option('--folder <folder>', 'where to', 'my-tasks')
    .action(act(async () => (await import('./verbs/new-task.ts')).newTaskVerb))
}

function addStoreVerbs(program: Command, act: Act): void {
  program
    .command('serve <what>')
    .description('show a database, or that of a pipeline file, as a page in the browser')
    .option(
      '--host <name>',
      'where to listen; others than this machine need the address printed',
      '127.0.0.1',
    )
    .option('--port <n>', 'default: 8011, or the next one that is free', portNumber)
    .option('--edit', 'let the page correct organs, leave photographs out, start and stop runs')
    .option(
      '--allow-origin <url>',
      'a site whose pages may read, as ROMI’s viewer (repeatable)',
      append,
      [],
    )
    .option('--no-open', 'only print the address')
    .option(...noModules)
    .addHelpText('after', serveExamples)
    .action(act(async () => (await import('./verbs/serve.ts')).serveVerb))
  program
    .command('init [folder]')
    .description('a database, and a pipeline to start from')
    .action(act(async () => (await import('./verbs/init.ts')).initVerb))
  program
    .command('import')
    .argument('<photographs...>', 'files, or folders that hold them, and last the scan')
    .usage('[options] <folder or files...> <scan>')
    .description('photographs into a scan: a new one, or those that it has not yet')
    .option('-m, --metadata <file>', 'CSV or JSON: metadata or poses by file name')
    .option('-c, --cameras <file>', 'of COLMAP, Metashape, nerfstudio, OpenSfM, OpenCV, phenomenal')
    .option('-d, --database <folder>', 'the database, where <scan> is no path')
    .option('--fileset <id>', 'the fileset that takes them', 'images')
    .option('--set <key=value>', 'metadata for every file (repeatable)', append)
    .option('--scan <key=value>', 'of the scan; also --scan.object.species=… (repeatable)', append)
    .option('--date <date>', 'when it was taken: 2026-05-03, or with a time')
    .option('--workspace <box>', 'where the scanner worked: x=0:600,y=0:600,z=-200:300')
    .option('--wait', 'wait while another run or import holds the scan')
    .addHelpText('after', importExamples)
    .action(act(async () => (await import('./verbs/import.ts')).importVerb))
  program
    .command('exclude <scan> <photographs...>')
    .description('leave photographs out: every step works as if they were not there')
    .option('--why <words>', 'the reason, for people: plan and status tell it')
    .option('--fileset <id>', 'the fileset that holds them', 'images')
    .option('--wait', 'wait while another run or import holds the scan')
    .addHelpText('after', excludeExamples)
    .action(act(async () => (await import('./verbs/exclude.ts')).excludeVerb))
  program
    .command('include <scan> <photographs...>')
    .description('take photographs back that were left out')
    .option('--fileset <id>', 'the fileset that holds them', 'images')
    .option('--wait', 'wait while another run or import holds the scan')
    .action(act(async () => (await import('./verbs/exclude.ts')).includeVerb))
  program
    .command('clean <paths...>')
    .description('remove what tasks made; sources and your metadata stay')
    .option('--all', 'all that tasks made, and leftovers (default)')
    .option('--task <name>', 'only what this task made (repeatable)', append)
    .option('--superseded', 'only what a newer fileset of the same task has replaced')
    .option('--leftovers', 'only unfinished drafts and replaced filesets')
    .option(
      '--forget <id>',
      'only this fileset, which the index of its scan lost (repeatable)',
      append,
    )
    .option('--edited', 'also what people changed or put there')
    .option('-y, --yes', 'do not ask')
    .option('--wait', 'wait for scans that another run holds')
    .addHelpText('after', cleanExamples)
    .action(act(async () => (await import('./verbs/clean.ts')).cleanVerb))
}

function addCommon(command: Command): void {
  const color = new Option('--color <when>', 'use colours').choices(['auto', 'always', 'never'])
  command
    .addOption(color.default('auto'))
    .option('-q, --quiet', 'say only what went wrong')
    .option('-v, --verbose', 'say everything')
}

const append = (value: string, all: readonly string[] = []): string[] => [...all, value]

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError('it must be a whole number above 0')
}

function aboveZero(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('it must be a number above 0')
}

function portNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value < 65536) return value
  throw new InvalidArgumentError('it must be a whole number from 0 to 65535')
}

const serveExamples = `
Examples:
  romi-run serve db                              with db/pipeline.toml, if it is there
  romi-run serve pipeline.toml --edit            correct organs, leave photographs out, start runs
  romi-run serve db --host 0.0.0.0               for others in the lab: send them the whole address
`

const watchExamples = `
Examples:
  romi-run watch pipeline.toml 'db/*'            in quotes: scans may yet come
`

const examples = `
Examples:
  romi-run init db                                     a database and a pipeline to start from
  romi-run import photos/ db/plant_01                  photographs into a new scan
  romi-run plan db/pipeline.toml                       what would run, and why
  romi-run db/pipeline.toml                            do it; again, after a change, does the rest
  romi-run results db/pipeline.toml                    what was found, and where it lies
  romi-run why Masks db/pipeline.toml                  the whole chain of reasons
  romi-run table AnglesAndInternodes db/pipeline.toml  what it found on all scans, as one CSV
  romi-run tasks Masks                                 its inputs, parameters, units and defaults
  romi-run run --help                                  all flags of a run, and its exit codes
`
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
const schemaExamples = `
Example: romi-run schema > pipeline.schema.json, and in the first line of the pipeline
  #:schema ./pipeline.schema.json
`
const importExamples = `
The first column of a CSV names the file, each other one a key; x, y, z (mm), pan, tilt (degrees)
make up its approximate_pose, and columns such as pose.0, pose.1 the list pose. Pan counts from +y,
counter-clockwise seen from above, tilt downwards. Headings may be in any case and name their unit,
as in "Pan (rad)"; any delimiter and decimal mark are read.

Examples:
  romi-run import photos/ db/plant_01
  romi-run import photos/ db/plant_01 -m poses.csv --set channel=rgb
  romi-run import photos/ db/plant_01 --cameras sparse/0   # each photograph's camera, of another tool
  romi-run import late_1.jpg late_2.jpg db/plant_01     # into a scan that is there
  romi-run import photos/ db/plant_01 --scan.object.species="Arabidopsis thaliana" --date 2026-05-03
  romi-run import organs.json db/plant_01               # corrections of organs, written by hand
`
const excludeExamples = `
The files stay, and what was made of all photographs is found again when they are taken back.

Examples:
  romi-run exclude db/plant_05 00003_rgb --why "cut off"
  romi-run include db/plant_05 00003_rgb
`
const cleanExamples = `
Examples:
  romi-run clean db/plant_01                           lists first, then asks
  romi-run clean db --superseded --yes                 what newer results replaced, in all scans
  romi-run clean 'db/plant_*' --task Masks
`
