// romi-run results, and the end of a run: what was asked for, what it said, and where it lies.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Letters]\n[Tally]\n')
  await desk.scan('p1', { 'a.txt': 'leaf', 'b.txt': 'stem' })
  await desk.scan('p2', { 'a.txt': 'root', 'b.txt': 'tip' })
})
afterEach(() => desk[Symbol.asyncDispose]())

const run = (...args: readonly string[]) => desk.romi([...args, '--executor', 'inline'])
const results = (...args: readonly string[]) => desk.romi(['results', 'p.toml', ...args])
const tallyOf = async (scan: string): Promise<string> =>
  (await readdir(join(desk.folder, 'db', scan))).find((name) => name.startsWith('Tally')) ?? ''

describe('a run', () => {
  test('ends with the measured line and the folder, also with nothing to do', async () => {
    const first = await run('p.toml', 'db/p1')
    const again = await run('p.toml', 'db/p1')
    const told = `→ Tally  8 letters in 2 texts\n  db/p1/${await tallyOf('p1')}: tally-picture.svg, tally.json\n`
    expect(first.out).toContain(told)
    expect(again.out).toContain('everything was complete already')
    expect(again.out).toContain(told)
  })

  test('tells what an evaluation would have judged, where it was passed over for want of truth', async () => {
    await desk.write('q.toml', '[Count]\nupstream_task = "Join"\n[Evaluate]\n')
    for (const _ of ['first', 'again']) {
      const { out } = await run('q.toml', 'db/p1')
      expect(out).toMatch(/^→ Count$/m)
      expect(out).not.toMatch(/^→ Evaluate/m)
      expect(out).toMatch(/^ {2}db\/p1\/Count_.*: picture\.txt, text\.txt$/m)
    }
    await desk.write('db/p1/measures.json', '{"angles": [1], "internodes": [2]}')
    const { out } = await run('q.toml', 'db/p1')
    expect(out.indexOf('→ Count')).toBeLessThan(out.indexOf('→ Evaluate'))
  })
})

describe('results', () => {
  test('prints the results of all scans and nothing else', async () => {
    await run('p.toml', 'db')
    const { out, err, code } = await results('db')
    expect(out).toBe(
      `→ p1 Tally  8 letters in 2 texts\n  db/p1/${await tallyOf('p1')}: tally-picture.svg, tally.json\n` +
        `→ p2 Tally  7 letters in 2 texts\n  db/p2/${await tallyOf('p2')}: tally-picture.svg, tally.json\n`,
    )
    expect([err, code]).toEqual(['', 0])
  })

  test('names what is not complete, makes nothing, and exits 20', async () => {
    await run('p.toml', 'db/p1')
    const { out, err, code } = await results('db')
    expect(out.match(/→/g)).toHaveLength(1)
    expect(err).toBe('p2 is left out: Tally is not complete: run the pipeline first\n')
    expect(code).toBe(20)
    expect(await tallyOf('p2')).toBe('')
    expect(existsSync(join(desk.folder, 'db', 'lock'))).toBe(false)
  })

  test('results is JSON with --json, one result a line', async () => {
    await run('p.toml', 'db/p1')
    const { out } = await results('db', '--json')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        scan: 'p1',
        step: 'Tally',
        fileset: await tallyOf('p1'),
        said: '8 letters in 2 texts',
        folder: `db/p1/${await tallyOf('p1')}`,
        files: ['tally-picture.svg', 'tally.json'],
      },
      { scan: 'p2', step: 'Tally', why: 'Tally is not complete: run the pipeline first' },
    ])
  })

  test('shows the picture with --open, of one scan', async () => {
    await run('p.toml', 'db')
    expect((await results('db/p1', '--open')).code).toBe(0)
    expect(desk.opened).toEqual([
      join(desk.folder, 'db', 'p1', await tallyOf('p1'), 'tally-picture.svg'),
    ])
    const several = await results('db', '--open')
    expect(several.code).toBe(2)
    expect(several.err).toContain('--open shows one scan')
    expect(desk.opened).toHaveLength(1)
  })

  test('says where the picture lies if it cannot be shown', async () => {
    await run('p.toml', 'db')
    desk.hasDisplay = false
    const { err, code } = await results('db/p1', '--open')
    expect([code, desk.opened]).toEqual([0, []])
    expect(err).toMatch(/no display.*tally-picture\.svg/)
  })

  test('says that there is no picture where there is none', async () => {
    await desk.write('q.toml', '[Upper]\n')
    await run('q.toml', 'db/p1')
    const { err, code } = await desk.romi(['results', 'q.toml', 'db/p1', '--open'])
    expect([code, desk.opened]).toEqual([0, []])
    expect(err).toContain('no picture to open')
  })
})

test('a first plan says that it cannot tell times yet, a later one tells them', async () => {
  const first = await desk.romi(['plan', 'p.toml', 'db/p1'])
  expect(first.out).toContain('cannot be told yet')
  await run('p.toml', 'db/p1')
  const later = await desk.romi(['plan', 'p.toml', 'db/p1', '-f', 'Tally'])
  expect(later.out).toContain('about')
  expect(later.out).not.toContain('cannot be told yet')
})
