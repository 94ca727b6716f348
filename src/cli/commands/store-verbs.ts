// The verbs that take a database or a scan: what there is to type for serve, import, clean and others.
import type { Command } from 'commander'
import { append, noModules, portNumber, type Act } from './options.ts'

/** Adds them. */
export function addStoreVerbs(program: Command, act: Act): void {
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
    .action(act(async () => (await import('../verbs/serve.ts')).serveVerb))
  program
    .command('init [folder]')
    .description('a database, and a pipeline to start from')
    .action(act(async () => (await import('../verbs/init.ts')).initVerb))
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
    .action(act(async () => (await import('../verbs/import.ts')).importVerb))
  program
    .command('exclude <scan> <photographs...>')
    .description('leave photographs out: every step works as if they were not there')
    .option('--why <words>', 'the reason, for people: plan and status tell it')
    .option('--fileset <id>', 'the fileset that holds them', 'images')
    .option('--wait', 'wait while another run or import holds the scan')
    .addHelpText('after', excludeExamples)
    .action(act(async () => (await import('../verbs/exclude.ts')).excludeVerb))
  program
    .command('include <scan> <photographs...>')
    .description('take photographs back that were left out')
    .option('--fileset <id>', 'the fileset that holds them', 'images')
    .option('--wait', 'wait while another run or import holds the scan')
    .action(act(async () => (await import('../verbs/exclude.ts')).includeVerb))
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
    .action(act(async () => (await import('../verbs/clean.ts')).cleanVerb))
}

const serveExamples = `
Examples:
  romi-run serve db                              with db/pipeline.toml, if it is there
  romi-run serve pipeline.toml --edit            correct organs, leave photographs out, start runs
  romi-run serve db --host 0.0.0.0               for others in the lab: send them the whole address
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
