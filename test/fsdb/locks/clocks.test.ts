// Writers whose clocks differ and who cannot see one another's processes, as on two machines.
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { has } from '../../support/programs.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('clocks')
afterAll(() => rmSync(work, { recursive: true }))

const scriptOf = (name: string): string[] => [
  process.execPath,
  '--import',
  'tsx',
  join(import.meta.dirname, name),
]

/** What shifts the clock of a process and of those that it starts. */
function shifted(clock: string): NodeJS.ProcessEnv {
  // The program itself cannot be started twice by one number, as in two containers.
  const show = ['-f', '+0s', 'sh', '-c', 'printf %s "$LD_PRELOAD"']
  const library = execFileSync('faketime', show, { encoding: 'utf8' })
  return { ...process.env, LD_PRELOAD: library, FAKETIME: clock, FAKETIME_NO_CACHE: '1' }
}

/** Runs a script with processes of its own, as in a container. */
async function elsewhere(clock: string, name: string, ...args: string[]): Promise<string> {
  const asUser = process.getuid?.() === 0 ? [] : ['-r']
  const all = [...asUser, '-p', '-f', '--mount-proc', ...scriptOf(name), ...args]
  const { stdout } = await promisify(execFile)('unshare', all, { env: shifted(clock) })
  return stdout.trim()
}

/** A process whose clock is shifted and that holds a database. */
async function holder(root: string, clock: string): Promise<ChildProcess> {
  const [program, ...args] = [...scriptOf('holder.ts'), root]
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: shifted(clock),
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

test.runIf(has('faketime', 'faketime', 'unshare'))(
  'a lock of a holder whose clock is 60 s behind is not taken from it, and is free when it lets go',
  async () => {
    const root = join(work, 'db')
    await FSDB.create(root)
    const child = await holder(root, '-60s')
    const [{ since }] = new FSDB(root).writers()
    expect(Date.now() - Date.parse(since)).toBeGreaterThan(50_000)
    const attempts = ['+0s', '+1d'].map((clock) => elsewhere(clock, 'attempt.ts', root))
    expect(await Promise.all(attempts)).toEqual(['store/locked', 'store/locked'])
    const waiting = elsewhere('+0s', 'attempt.ts', root, 'wait')
    child.kill('SIGTERM')
    expect(await waiting).toBe('connected')
    expect(existsSync(join(root, 'lock'))).toBe(false)
  },
)
