// Runs external programs for tasks: output into the log, and no process left behind.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { RomiError, systemCode } from '../base/errors.ts'
import { runVariable } from './leftovers.ts'
import type { ExecOptions, ExecResult, Program } from '../task/task.ts'

interface ExecContext {
  /** The mark of the run for which it works. */
  readonly run: string
  /** Where programs may leave temporary files; removed with the run. */
  readonly scratch: string
  readonly programs: readonly Program[]
  readonly signal: AbortSignal
  /** Each line that the program prints. */
  readonly onLine: (line: string) => void
  /** Its process group begins and ends. */
  readonly onProgram: (pid: number, alive: boolean) => void
}

/** How long after its end a program's last words may take to arrive, in ms. */
const graceMs = 1_000

/** How much of each stream is kept for the caller; the log has all of it. */
const keptCharacters = 1 << 22

/**
 * Runs a program to its end.
 * @throws RomiError `task/program-missing`, `task/program-failed`, `task/program-killed`
 */
export async function exec(
  program: string,
  args: readonly string[],
  options: ExecOptions,
  { run, scratch, programs, signal, onLine, onProgram }: ExecContext,
): Promise<ExecResult> {
  signal.throwIfAborted()
  // A process group of its own, so that the program's children end with it.
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, TMPDIR: scratch, ...options.env, [runVariable]: run },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const { pid } = child
  if (pid !== undefined) onProgram(pid, true)
  const stop = () => endGroup(pid)
  signal.addEventListener('abort', stop, { once: true })
  const kept = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[name] }).on('line', (line) => {
      if (kept[name].length < keptCharacters) kept[name] += `${line}\n`
      onLine(line)
      options.onLine?.(line)
    })
  }
  try {
    const { code, killedBy } = await ended(child)
    signal.throwIfAborted()
    if (killedBy !== null) throw killed(program, killedBy)
    if (!(options.okCodes ?? [0]).includes(code))
      throw failed(program, args, code, kept.stderr || kept.stdout)
    return { code, ...kept }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw missing(program, programs, error)
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    endGroup(pid)
    if (pid !== undefined) onProgram(pid, false)
  }
}

/** Ends a whole process group at once, if there still is one. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}

function ended(
  child: ReturnType<typeof spawn>,
): Promise<{ readonly code: number; readonly killedBy: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // What it leaves behind ends with it, and lets go of the streams whose end `close` waits for.
    child.once('exit', () => {
      endGroup(child.pid)
      // A daemon of a session of its own keeps them open as long as it lives.
      const grace = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, graceMs)
      child.once('close', () => clearTimeout(grace))
    })
    child.once('close', (code, killedBy) => resolve({ code: code ?? -1, killedBy }))
  })
}

function missing(program: string, programs: readonly Program[], cause: unknown): RomiError {
  const install = programs.find(({ name }) => name === program)?.install
  const how = install === undefined ? 'put it on the PATH' : `install it: ${install}`
  return new RomiError(
    'task/program-missing',
    `the program ${program} is not on this machine: ${how}`,
    { cause, facts: { program } },
  )
}

function killed(program: string, signal: string): RomiError {
  const why =
    signal === 'SIGKILL'
      ? ', most likely because memory ran out: give it smaller images, fewer threads, or a larger machine'
      : ''
  return new RomiError(
    'task/program-killed',
    `${program} was ended by the signal ${signal}${why}`,
    {
      facts: { program, signal },
    },
  )
}

function failed(
  program: string,
  args: readonly string[],
  code: number,
  printed: string,
): RomiError {
  const last = printed.trimEnd().split('\n').slice(-5).join('\n')
  const said = last === '' ? 'it printed nothing' : `its last words:\n${last}`
  return new RomiError(
    'task/program-failed',
    `${program} ${args[0] ?? ''} ended with code ${code}; ${said}`,
    { facts: { program, code } },
  )
}
