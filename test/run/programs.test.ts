// Which programs there are, and what they say of their version.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isInstalled, programVersions } from '../../src/run/programs.ts'
import type { Program } from '../../src/task/task.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('programs')
afterAll(() => rmSync(work, { recursive: true }))

const path = process.env.PATH
let folders: string[]
beforeEach(() => {
  folders = [mkdtempSync(join(work, 'bin-')), mkdtempSync(join(work, 'bin-'))]
  process.env.PATH = [...folders, path].join(delimiter)
})
afterEach(() => void (process.env.PATH = path))

/** Puts a program that is a script of the shell, into the second folder of the PATH. */
function put(name: string, script: string, mode = 0o755): void {
  const file = join(folders[1], name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, mode)
}
const program = (name: string, more: Partial<Program> = {}): Program => ({
  name,
  install: `apt-get install ${name}`,
  ...more,
})
const versionOf = async (script: string, more?: Partial<Program>): Promise<unknown> => {
  put('romi-test', script)
  return (await programVersions([program('romi-test', more)]))['romi-test']
}

describe('a program', () => {
  test('is there if a folder of the PATH has a file of its name that may be run', () => {
    put('romi-test', '')
    expect(isInstalled(program('romi-test'))).toBe(true)
    expect(isInstalled(program('romi-none'))).toBe(false)
  })

  test('is not there where a folder bears its name, or a file that may not be run', () => {
    mkdirSync(join(folders[0], 'romi-folder'))
    put('romi-text', '', 0o644)
    expect(isInstalled(program('romi-folder'))).toBe(false)
    expect(isInstalled(program('romi-text'))).toBe(false)
  })

  test('is not there where there is no PATH at all', () => {
    put('romi-test', '')
    delete process.env.PATH
    expect(isInstalled(program('romi-test'))).toBe(false)
  })
})

describe('its version', () => {
  test('is the first line that it prints with --version, or with what it is told', async () => {
    expect(await versionOf('echo "romi $*"; echo more')).toBe('romi --version')
    expect(await versionOf('echo "romi $*"', { version: ['-h', 'all'] })).toBe('romi -h all')
  })

  test('is the first line with words, without the space around them', async () => {
    expect(await versionOf('echo; echo "  "; echo "  romi 1.2  "')).toBe('romi 1.2')
  })

  test('is what it complains where it prints nothing, whatever it ends with', async () => {
    expect(await versionOf('echo "romi 1.2" >&2; exit 3')).toBe('romi 1.2')
    expect(await versionOf('exit 0')).toBe('unknown')
  })

  test('is not told of one that is not there', async () => {
    expect(await programVersions([program('romi-none')])).toEqual({})
    expect(await programVersions([])).toEqual({})
  })
})
