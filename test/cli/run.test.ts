// romi-run run: what a person or a script sees of it, above all its exit codes.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { Collected, Desk } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Upper]\nsuffix = "!"\n[Join]\n')
  await desk.scan('plant_01', { 'a.txt': 'leaf', 'b.txt': 'stem' }, { channel: 'rgb' })
  await desk.scan('plant_02', { 'a.txt': 'root' })
})
afterEach(() => desk[Symbol.asyncDispose]())

const inline = ['--executor', 'inline'] as const
const run = (...args: readonly string[]) => desk.romi([...args, ...inline])

/** What happened to which step, of a run with --json. */
async function events(...args: readonly string[]): Promise<string[]> {
  const { out } = await run(...args, '--json')
  const all = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as RunEvent]))
  return all.flatMap((event) =>
    'step' in event && event.is !== 'progress' && event.is !== 'said'
      ? [`${event.is} ${event.scan} ${event.step}`]
      : [],
  )
}

const filesetsOf = async (scan: string) =>
  (await (await FSDB.open(join(desk.folder, 'db'))).getScan(scan)).filesetIds()

describe('exit codes', () => {
  test('0: everything is complete, the first time and the second', async () => {
    expect((await run('p.toml', 'db')).code).toBe(0)
    expect(await filesetsOf('plant_01')).toHaveLength(3)
    expect((await run('p.toml', 'db')).code).toBe(0)
    expect((await run('run', 'p.toml', 'db')).code).toBe(0)
  })

  test('2: the command line is wrong', async () => {
    const wrong = [
      [],
      ['p.toml', 'db', '--frobnicate'],
      ['p.toml', 'db', '--jobs', 'many'],
      ['p.toml', 'db', '--executor', 'cloud'],
      ['p.toml', 'db', '--force', 'Uper'],
      ['p.toml', 'db', '--force', 'ImagesFilesetExists'],
      ['adopting.toml', 'db', '--force', 'Upper'],
      ['plan', 'adopting.toml', 'db', '--force', 'Upper'],
      ['p.toml', 'texts'],
      ['p.toml'],
      ['plan'],
      ['tasks', 'Uper'],
      ['clean', 'db'],
    ]
    await desk.write('adopting.toml', '[Upper.romi]\nadopt = "images"\n[Join]')
    await run('p.toml', 'db')
    for (const args of wrong) expect([args, (await desk.romi(args)).code]).toEqual([args, 2])
  })

  test('10: another run holds the database', async () => {
    await using db = new FSDB(join(desk.folder, 'db'))
    await db.connect()
    const { code, err } = await run('p.toml', 'db')
    expect(code).toBe(10)
    expect(err).toContain(String(process.pid))
    expect(err).toContain('--wait')
  })

  test('10, also where ROMI’s own tools hold it', async () => {
    await desk.write('db/lock', '')
    expect((await run('p.toml', 'db')).code).toBe(10)
  })

  test('20: data are missing', async () => {
    expect((await run('p.toml', 'db/plant_03')).code).toBe(20)
    expect((await run('p.toml', 'nowhere/at/all')).code).toBe(20)
    await desk.write('q.toml', '[ImagesFilesetExists]\nfileset_id = "photographs"\n[Upper]')
    expect((await run('q.toml', 'db')).code).toBe(20)
    expect((await desk.romi(['plan', 'q.toml', 'db'])).code).toBe(20)
  })

  test('25: a failure with a code of its own cancelled the rest, and only the rest is left', async () => {
    await desk.write(
      'own.ts',
      `import { defineTask, fileset } from 'romi-run'
import { text } from 'romi-run/tasks'
const task = (name, upstream, run) => defineTask({ name, version: 1, summary: '', params: {},
  inputs: { upstream_task: fileset(text, { default: upstream }) }, output: text, run })
const failed = async () => {
  while (!globalThis.hasFailed) await new Promise((resolve) => setTimeout(resolve, 5))
  return 'it has'
}
export default [
  task('Lacking', 'Join', ({ exec }) => exec('no-such-program', []).then(() => 'never')),
  task('Waiting', 'Join', failed),
  task('Below', 'Waiting', () => 'below'),
]`,
    )
    await desk.write('q.toml', '[romi]\nmodules = "own.ts"\n[Lacking]\n[Below]\n')
    const stdout = {
      write(text: string) {
        if (text.includes('"failed"')) Object.assign(globalThis, { hasFailed: true })
      },
    }
    const all = ['q.toml', 'db/plant_01', '-j', '2', '--json', ...inline] as const
    expect((await desk.romi([...all, '--fail-fast'], { stdout })).code).toBe(25)
    // Of missing programs alone it is 20.
    expect((await desk.romi(all)).code).toBe(20)
  })

  test('30: a task failed, and what does not need it went on', async () => {
    await desk.write('q.toml', '[Faulty]\nmode = "throw"\n[Count]')
    const { code, out } = await run('q.toml', 'db/plant_01')
    expect(code).toBe(30)
    expect(out).toContain('the plant fell over')
    expect((await filesetsOf('plant_01')).some((id) => id.startsWith('Count'))).toBe(true)
  })

  test('35: the pipeline is wrong, absent or a folder, and all its mistakes are told', async () => {
    await desk.write('q.toml', '[Uper]\n[Join]\nseperator = ","\n')
    const { code, err } = await run('q.toml', 'db')
    expect(code).toBe(35)
    expect(err).toContain('q.toml:1')
    expect(err).toContain('q.toml:3')
    expect((await run('absent.toml', 'db')).code).toBe(35)
    expect((await run('db', 'db')).code).toBe(35)
    expect((await run('p.toml', 'db', '--set', 'Join.seperator=-')).code).toBe(35)
    expect((await run('p.toml', 'db', '--target', 'Uper')).code).toBe(35)
  })

  test('35: a pipeline has no step; the scan that is named is not made', async () => {
    await desk.write('q.toml', '[romi]\njobs = 1\n[Clean]\n')
    expect((await run('q.toml', 'db/typo')).code).toBe(35)
    expect((await desk.romi(['plan', 'q.toml', 'db'])).code).toBe(35)
    expect(existsSync(join(desk.folder, 'db', 'typo'))).toBe(false)
  })

  test('40: a fault of ours, told with its stack and what to do', async () => {
    const stdout = {
      write(): never {
        throw new TypeError('a fault of the program')
      },
    }
    for (const args of [
      ['plan', 'p.toml', 'db'],
      ['p.toml', 'db', ...inline],
    ]) {
      const { code, err } = await desk.romi(args, { stdout })
      expect(code).toBe(40)
      for (const part of ['internal error', 'please report it', 'a fault of the program', 'at '])
        expect(err).toContain(part)
    }
    // It left nothing behind that the next run would mind.
    expect((await run('p.toml', 'db')).code).toBe(0)
  })

  test('20, not 40: the disk refuses what is no fault of ours', async () => {
    const denied = { code: 'EACCES', path: '/lab/my-tasks' }
    const stdout = {
      write(): never {
        throw Object.assign(new Error('EACCES: permission denied'), denied)
      },
    }
    const { code, err } = await desk.romi(['plan', 'p.toml', 'db'], { stdout })
    expect(code).toBe(20)
    expect(err).toContain(denied.path)
    expect(err).not.toContain('internal error')
  })

  test('130: interrupted; what ran may finish, and the next run does the rest', async () => {
    await desk.write('q.toml', '[Upper]\ndelay = 30\n[Join]\n[Count]\n')
    const begun = new Collected()
    const stdout = {
      write: (text: string) => {
        const isFirst = !begun.text.includes('"progress"')
        begun.write(text)
        if (isFirst && text.includes('"progress"')) desk.interrupt('SIGINT')
      },
    }
    const args = ['q.toml', 'db/plant_01', '--json', ...inline]
    expect((await desk.romi(args, { stdout })).code).toBe(130)
    expect(begun.text).toMatch(/"finished"[^\n]*"Upper"/)
    expect(begun.text).not.toMatch(/"finished"[^\n]*"Join"/)
    expect((await run('q.toml', 'db/plant_01')).code).toBe(0)
  })
})

describe('a run', () => {
  test('a run does again only what a change touches, and going back does nothing', async () => {
    await run('p.toml', 'db')
    expect(await events('p.toml', 'db/plant_01', '-s', 'Join.separator=-')).toEqual([
      'reused plant_01 ImagesFilesetExists',
      'reused plant_01 Upper',
      'started plant_01 Join',
      'finished plant_01 Join',
    ])
    expect(await events('p.toml', 'db/plant_01')).toEqual([
      'reused plant_01 ImagesFilesetExists',
      'reused plant_01 Upper',
      'reused plant_01 Join',
    ])
  })

  test('a run of one target leaves the others alone', async () => {
    await run('p.toml', 'db', '-t', 'Upper')
    expect(await filesetsOf('plant_02')).toHaveLength(2)
  })

  test('passes an evaluation without truth over, and makes what it would have compared', async () => {
    await desk.write('q.toml', '[Evaluate]')
    const { code, err } = await run('q.toml', 'db/plant_01')
    expect(code).toBe(0)
    expect(err).toContain('passed over')
    expect((await filesetsOf('plant_01')).some((id) => id.startsWith('Count'))).toBe(true)
    expect((await run('q.toml', 'db/plant_01', '-t', 'Evaluate')).code).toBe(20)
  })

  test('a run is not held up by a step without data that no target needs', async () => {
    await desk.write('q.toml', '[Upper]\n[Evaluate]\n[Borrow]\nfrom_scan_id = "absent"')
    expect((await run('q.toml', 'db/plant_01', '-t', 'Upper')).code).toBe(0)
    expect((await run('q.toml', 'db/plant_01')).code).toBe(20)
  })

  test('a run with --force makes a step again and says that it came out the same', async () => {
    await run('p.toml', 'db')
    const { err } = await run('p.toml', 'db/plant_01', '--force', 'Join')
    expect(err).toContain('came out the same')
  })

  test('a run with --fail-fast starts nothing more after a failure', async () => {
    await desk.write('q.toml', '[Faulty]\nmode = "throw"\n[Count]')
    const told = await events('q.toml', 'db', '--fail-fast', '-j', '1')
    expect(told.some((line) => line.startsWith('cancelled'))).toBe(true)
  })

  test('a run with -n plans only: nothing is written but the cache', async () => {
    const { code, out } = await run('p.toml', 'db', '-n')
    expect(code).toBe(0)
    expect(out).toContain('never ran')
    expect(await filesetsOf('plant_01')).toEqual(['images'])
  })

  test('waits, with --wait, until the database is free', async () => {
    const db = new FSDB(join(desk.folder, 'db'))
    await db.connect()
    const waiting = run('p.toml', 'db', '--wait')
    await db.disconnect()
    expect((await waiting).code).toBe(0)
  })

  test('says nothing with --quiet, unless something failed', async () => {
    expect(await run('p.toml', 'db', '-q')).toEqual({ code: 0, out: '', err: '' })
    await desk.write('q.toml', '[Faulty]\nmode = "throw"')
    expect((await run('q.toml', 'db', '-q')).out).toContain('the plant fell over')
  })

  test('prints nothing but events on stdout with --json', async () => {
    const { out } = await run('p.toml', 'db', '--json')
    const kinds = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as RunEvent).is)
    expect(kinds[0]).toBe('begun')
    expect(kinds.at(-1)).toBe('ended')
  })

  test('sums up without colours or cursor codes off a terminal', async () => {
    const { out, err } = await run('p.toml', 'db')
    expect(out + err).not.toContain('\u001b')
    expect(out).toContain('.romi/runs/')
  })

  test('on a terminal shows a view that it clears away in the end', async () => {
    const stderr = new Collected(true)
    const { code } = await desk.romi(['p.toml', 'db', ...inline], { stderr })
    expect(code).toBe(0)
    expect(stderr.text).toContain('steps done')
    expect(stderr.text.endsWith('\u001b[J')).toBe(true)
  })

  test('tells an edit, and uses it', async () => {
    await run('p.toml', 'db')
    const [, upper] = await filesetsOf('plant_02')
    await writeFile(join(desk.folder, 'db', 'plant_02', upper, 'a.txt'), 'EDITED')
    const { err } = await run('p.toml', 'db/plant_02')
    expect(err).toContain('edited by hand (a)')
  })

  test('in worker threads comes to the same', async () => {
    expect((await desk.romi(['p.toml', 'db/plant_01', '-j', '2'])).code).toBe(0)
    expect(await events('p.toml', 'db/plant_01')).toEqual([
      'reused plant_01 ImagesFilesetExists',
      'reused plant_01 Upper',
      'reused plant_01 Join',
    ])
  })
})

describe('which scans', () => {
  test('patterns, ids and whole databases', async () => {
    const scans = async (...args: readonly string[]) => {
      const { out } = await desk.romi(['plan', 'p.toml', '--json', ...args])
      return out
        .split('\n')
        .flatMap((l) => (l === '' ? [] : [(JSON.parse(l) as { scan: string }).scan]))
    }
    expect(await scans('db')).toEqual(['plant_01', 'plant_02'])
    expect(await scans('db/plant_02', 'db/plant_01', 'db/plant_02')).toEqual([
      'plant_02',
      'plant_01',
    ])
    expect(await scans('db/*_02')).toEqual(['plant_02'])
    await desk.write('p.toml', '[romi]\ndatabase = "db"\nscans = ["*_01"]\n[Upper]')
    expect(await scans()).toEqual(['plant_01'])
    expect(await scans('plant_02')).toEqual(['plant_02'])
    expect(await scans('*_02')).toEqual(['plant_02'])
    await desk.write('p.toml', '[romi]\ndatabase = "db"\n[Upper]')
    expect(await scans()).toEqual(['plant_01', 'plant_02'])
  })

  test('a pattern that none matches is told which there are', async () => {
    for (const pattern of ['db/x*', 'x*']) {
      await desk.write('p.toml', '[romi]\ndatabase = "db"\n[Upper]')
      const { code, err } = await run('p.toml', pattern)
      expect(code).toBe(2)
      expect(err).toContain('plant_01, plant_02')
    }
  })

  test('that in whose folder the pipeline lies', async () => {
    await desk.write('db/plant_02/pipeline.toml', '[Upper]')
    expect(await events('db/plant_02/pipeline.toml')).toContain('finished plant_02 Upper')
    await desk.write('db/pipeline.toml', '[Upper]')
    expect(await events('db/pipeline.toml')).toContain('finished plant_01 Upper')
  })
})
