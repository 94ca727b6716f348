#!/usr/bin/env node
// The program: joins the command line with the tasks, and with the real context.
import { keepCompiledCode } from './base/compiled-code.ts'
import { fromSources } from './base/from-sources.ts'
import { tuneForLooking } from './base/v8.ts'
import { describeError } from './cli/failure.ts'
import { main } from './cli/main.ts'
import { asWritten } from './cli/report/visible.ts'
import type { CliContext } from './cli/cli-context.ts'
import { exitCodes } from './run/exit-codes.ts'

const builtin = new URL(fromSources ? '../tasks/index.ts' : '../tasks/index.js', import.meta.url)
const face = new URL(fromSources ? './index.ts' : './index.js', import.meta.url)

const context: CliContext = {
  origin: { builtin: builtin.href, face: face.href },
  cwd: process.cwd(),
  env: process.env,
  readCameras: async (...args) => (await import('./io/cameras/index.ts')).readCameraFile(...args),
  tellCameras: async (all) =>
    (await import('../tasks/artifacts/given-cameras.ts')).givenCameras(all),
  stdout: process.stdout,
  stderr: process.stderr,
  ask,
  verbLoaded: tuneForLooking,
  async open(path) {
    // Where there is none, what opens files on Linux fails without a word.
    const isShown = ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some(
      (key) => process.env[key],
    )
    if (process.platform === 'linux' && !isShown) throw new Error('there is no display')
    await (await import('open')).default(path)
  },
  onInterrupt(callback) {
    const onInt = () => callback('SIGINT')
    const onTerm = () => callback('SIGTERM')
    process.on('SIGINT', onInt).on('SIGTERM', onTerm)
    return () => void process.off('SIGINT', onInt).off('SIGTERM', onTerm)
  },
}

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

// It is no error when a reader has seen enough (`| head`).
// Nor is a full disk behind `>` one of ours: it is told in the end, and what a run made is whole.
let outputError: NodeJS.ErrnoException | undefined
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') outputError ??= error
})
process.stderr.on('error', () => undefined)

// An error that nobody waited for: the run is lost, and the next one takes the database over.
process.on('uncaughtException', (error) => {
  const { text, code } = describeError(error)
  process.stderr.write(asWritten(`${text}\n`))
  process.exit(code)
})

// Verbs are loaded after this, and they are nearly all that there is to compile.
keepCompiledCode()
const code = await main(process.argv.slice(2), context)
// Flush what was printed first. Then a task that never ends in this thread cannot keep the process.
await Promise.all([printed(process.stdout), printed(process.stderr)])
if (outputError !== undefined) {
  const why = outputError.code === 'ENOSPC' ? 'the disk is full' : outputError.message
  process.stderr.write(asWritten(`error: what was printed could not be written: ${why}\n`))
}
process.exit(outputError === undefined ? code : Math.max(code, exitCodes.wrongCommandLine))

function printed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
