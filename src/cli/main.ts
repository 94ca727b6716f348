// The command line: arguments in, an exit code out.
import { CommanderError, type Command } from 'commander'
import { isRomiError } from '../base/errors.ts'
import { exitCodes } from '../run/exit-codes.ts'
import { describeError } from './failure.ts'
import { commandLine } from './commands/command-line.ts'
import { dottedOptions } from './dotted-options.ts'
import { asWritten, withoutControls } from './report/visible.ts'
import type { CliContext } from './cli-context.ts'

/**
 * Does what the arguments say.
 * @returns the exit code
 */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  const { ask } = context
  return performVerb(args, {
    ...context,
    stdout: withoutControls(context.stdout),
    stderr: withoutControls(context.stderr),
    ...(ask && { ask: (question) => ask(asWritten(question)) }),
  })
}

async function performVerb(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = exitCodes.complete
  const program = commandLine(context, (result) => {
    code = result
  })
  try {
    if (args.length === 0) {
      context.stderr.write(program.helpInformation())
      return exitCodes.wrongCommandLine
    }
    await program.parseAsync(dottedOptions(args), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.complete : exitCodes.wrongCommandLine
    }
    const { text, code: ofError } = describeError(error)
    const verb = isRomiError(error, 'pipeline/unreadable')
      ? await verbMeant(args[0], program)
      : undefined
    const hint = verb === undefined ? '' : ` (did you mean ${verb}?)`
    const { printLines } = await import('./report/wrap.ts')
    printLines(`${text}${hint}`.split('\n'), context.stderr, context)
    return ofError
  }
}

/** A misspelt verb is taken for a pipeline: the verb that was probably meant. */
async function verbMeant(first: string, program: Command): Promise<string | undefined> {
  const verbs = program.commands.map((command) => command.name())
  if (/[./\\]/.test(first) || verbs.includes(first)) return undefined
  const { nearest } = await import('../pipeline/suggest.ts')
  return nearest(first, verbs)
}
