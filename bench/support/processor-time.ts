// What a program takes, its children included, as the shell that waits for it is told by the system.
import { spawnSync } from 'node:child_process'

/** Of a program that has ended. */
export interface Taken {
  readonly cpuSeconds: number
  readonly seconds: number
}

/** Asks bash, because Node tells what all its children took together, and not of one. */
const script = 'TIMEFORMAT="%3U %3S %3R"; { time "$@" >/dev/null 2>"$ERRORS"; } 2>&1; exit $?'

/**
 * Runs a program to its end.
 * @param errors a file for what it prints to stderr
 * @throws Error if it does not end well
 */
export function takenBy(
  [program, ...args]: readonly string[],
  options: { readonly cwd: string; readonly errors: string; readonly env?: NodeJS.ProcessEnv },
): Taken {
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', program, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env, ERRORS: options.errors },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${program} ended with ${status}: see ${options.errors}`)
  const [user, system, real] = stdout.trim().split(/\s+/).slice(-3).map(Number)
  return { cpuSeconds: user + system, seconds: real }
}
