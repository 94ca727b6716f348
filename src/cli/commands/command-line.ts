// The command line: all verbs with what they have in common. What a verb does is loaded when used.
import { Command, Option } from 'commander'
import { version } from '../../base/version.ts'
import type { CliContext } from '../cli-context.ts'
import { addLibraryVerbs } from './library-verbs.ts'
import type { Act } from './options.ts'
import { addPipelineVerbs } from './pipeline-verbs.ts'
import { addStoreVerbs } from './store-verbs.ts'

/** @param done takes the exit code of the verb that was called */
export function commandLine(context: CliContext, done: (code: number) => void): Command {
  const act: Act =
    (load) =>
    async (...args) => {
      const verb = await load()
      context.verbLoaded?.()
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

function addCommon(command: Command): void {
  const color = new Option('--color <when>', 'use colours').choices(['auto', 'always', 'never'])
  command
    .addOption(color.default('auto'))
    .option('-q, --quiet', 'say only what went wrong')
    .option('-v, --verbose', 'say everything')
}

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
