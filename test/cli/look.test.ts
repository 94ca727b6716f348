// The verbs that look and write nothing: plan, status, why, graph, tasks, schema.
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { contents } from '../support/whole.ts'
import { Desk, realTasks } from '../support/command-line.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', '[Upper]\nsuffix = "!"\n[Join]\n[Count]\nbase = 10\n')
  await desk.scan('plant_01', { 'a.txt': 'leaf', 'b.txt': 'stem' }, { channel: 'rgb' })
  await desk.scan('plant_02', { 'a.txt': 'root' })
})
afterEach(() => desk[Symbol.asyncDispose]())

const run = (...args: readonly string[]) => desk.romi([...args, '--executor', 'inline', '-q'])
const json = async <T>(...args: readonly string[]): Promise<T[]> => {
  const { out } = await desk.romi([...args, '--json'])
  // Safe: each test says what it expects of the JSON that it reads.
  return out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]))
}

interface PlanLine {
  readonly scan: string
  readonly steps: readonly {
    readonly step: string
    readonly decision: { readonly do: string }
    readonly expected?: object
  }[]
}
const decisions = (line: PlanLine) =>
  Object.fromEntries(line.steps.map(({ step, decision }) => [step, decision.do]))

describe('plan', () => {
  test('tells old and new value with the line, and what it will take', async () => {
    await run('p.toml', 'db/plant_01')
    await desk.write('p.toml', '[Upper]\nsuffix = "?"\n[Join]\n[Count]\nbase = 10\n')
    const { out } = await desk.romi(['plan', 'p.toml', 'db/plant_01'])
    expect(out).toContain('suffix "!" → "?" (p.toml:2)')
    const [line] = await json<PlanLine>('plan', 'p.toml', 'db/plant_01')
    expect(decisions(line)).toEqual({
      ImagesFilesetExists: 'reuse',
      Upper: 'run',
      Join: 'maybe',
      Count: 'maybe',
    })
    expect(line.steps[1].expected).toMatchObject({ bytes: expect.any(Number) })
  })

  test('plan of a scan that stands as the one before takes a line', async () => {
    for (const scan of ['plant_03', 'plant_04']) await desk.scan(scan, { a: 'leaf' }, {})
    const { out } = await desk.romi(['plan', 'p.toml', 'db/plant_03', 'db/plant_04'])
    expect(out.match(/Upper/g)).toHaveLength(1)
    expect(out).toMatch(/^plant_04 {2}3 to run; as plant_03$/m)
    const both = await json<PlanLine>('plan', 'p.toml', 'db/plant_03', 'db/plant_04')
    expect(decisions(both[1])).toEqual(decisions(both[0]))
  })

  test('takes --set and --force as if they were meant', async () => {
    await run('p.toml', 'db/plant_01')
    const [changed] = await json<PlanLine>('plan', 'p.toml', 'db/plant_01', '-s', 'Count.base=2')
    expect(decisions(changed)).toMatchObject({ Join: 'reuse', Count: 'run' })
    const [forced] = await json<PlanLine>('plan', 'p.toml', 'db/plant_01', '-f', 'Join')
    expect(decisions(forced)).toMatchObject({ Upper: 'reuse', Join: 'run', Count: 'maybe' })
  })

  test('writes nothing but the cache of digests, and needs no lock', async () => {
    await run('p.toml', 'db/plant_01')
    const before = await contents(join(desk.folder, 'db'))
    await using db = new FSDB(join(desk.folder, 'db'))
    await db.connect()
    expect((await desk.romi(['plan', 'p.toml', 'db'])).code).toBe(0)
    await db.disconnect()
    expect(await contents(join(desk.folder, 'db'))).toEqual(before)
  })

  test('keeps the digests of another scan that it reads', async () => {
    await run('p.toml', 'db/plant_01')
    await desk.write('q.toml', '[Borrow]\nfrom_scan_id = "plant_01"\n')
    const digests = join(desk.folder, 'db', '.romi', 'digests', 'plant_01.json')
    await rm(digests, { force: true }) // a quick run keeps none, see below
    await setTimeout(50) // of a file that was just written no digest is kept
    expect((await desk.romi(['plan', 'q.toml', 'db/plant_02'])).code).toBe(0)
    expect(await readFile(digests, 'utf8')).toContain('Join_')
  })

  test('plan of a pipeline that makes its scans needs none of them', async () => {
    await desk.write('q.toml', '[romi]\ndatabase = "new"\nscans = ["made"]\n[Borrow]')
    const [line] = await json<PlanLine>('plan', 'q.toml')
    expect([line.scan, decisions(line)]).toEqual(['made', { Borrow: 'run' }])
    expect((await desk.romi(['plan', 'q.toml'])).code).toBe(0)
    expect(existsSync(join(desk.folder, 'new'))).toBe(false)
    expect((await run('q.toml')).code).toBe(0)
    expect((await json<PlanLine>('plan', 'q.toml')).map(decisions)).toEqual([{ Borrow: 'reuse' }])
  })

  test('a damaged scan is told of, and hides no other', async () => {
    await desk.write('db/plant_01/files.json', '{ "filesets": [')
    const { code, out } = await desk.romi(['plan', 'p.toml', 'db'])
    expect(code).toBe(20)
    expect(out).toContain('files.json')
    expect(out).toContain('plant_02  3 to run')
  })
})

describe('status', () => {
  test('tells complete, stale, missing, failed and lacking steps apart', async () => {
    await desk.write('q.toml', '[Upper]\n[Join]\n[Count]\n[Faulty]\nmode = "throw"\n[Evaluate]')
    await run('q.toml', 'db/plant_01')
    const [one, two] = await json('status', 'q.toml', 'db', '-s', 'Count.base=2')
    expect(one).toEqual({
      scan: 'plant_01',
      steps: {
        Upper: 'complete',
        Join: 'complete',
        Count: expect.any(String),
        Faulty: 'failed',
        Evaluate: 'passed over',
      },
    })
    expect(two).toMatchObject({ scan: 'plant_02', steps: { Upper: 'missing', Join: 'missing' } })
    const [stale] = await json('status', 'q.toml', 'db/plant_01', '-s', 'Join.separator=-')
    expect(stale).toMatchObject({ steps: { Upper: 'complete', Join: 'stale' } })
  })

  test('a failure that a later run made good is none', async () => {
    await desk.write('q.toml', '[Faulty]\nmode = "throw"')
    await run('q.toml', 'db/plant_01')
    await run('q.toml', 'db/plant_01', '-s', 'Faulty.mode=none')
    const [line] = await json('status', 'q.toml', 'db/plant_01')
    expect(line).toMatchObject({ steps: { Faulty: 'stale' } })
  })

  test('a row is a scan', async () => {
    const { out } = await desk.romi(['status', 'p.toml', 'db'])
    expect(out.split('\n').filter((line) => line.startsWith('plant_'))).toHaveLength(2)
  })
})

describe('why', () => {
  test('follows a step down to the cause', async () => {
    await run('p.toml', 'db/plant_01')
    const args = ['why', 'Count', 'p.toml', 'db/plant_01', '-s', 'Upper.suffix=?']
    const { out } = await desk.romi(args)
    const steps = out.split('\n').map((line) => /[?▸✓] (\w+)/.exec(line)?.[1])
    expect(steps).toEqual([undefined, 'Count', 'Join', 'Upper', 'ImagesFilesetExists', undefined])
    expect(out).toContain('suffix "!" → "?"')
  })

  test('tells how a step failed last time, until it does not', async () => {
    await desk.write('q.toml', '[Faulty]\nmode = "throw"')
    await run('q.toml', 'db/plant_01')
    const why = async (...args: readonly string[]) =>
      (await desk.romi(['why', 'Faulty', 'q.toml', 'db/plant_01', ...args])).out
    expect(await why()).toContain('failed last time: ')
    await run('q.toml', 'db/plant_01', '-s', 'Faulty.mode=none')
    expect(await why()).not.toContain('failed')
  })

  test('tells of a fileset what it was made from, and of a source that it is one', async () => {
    await run('p.toml', 'db/plant_01')
    const scan = await (await FSDB.open(join(desk.folder, 'db'))).getScan('plant_01')
    const [, upper, join_] = await scan.filesetIds()
    const { out } = await desk.romi(['why', `db/plant_01/${join_}`])
    expect(out).toContain(upper)
    expect(out).toContain('separator')
    expect((await desk.romi(['why', 'db/plant_01/images'])).out).toContain('source')
    await rm(join(desk.folder, 'db', 'plant_01', upper), { recursive: true })
    expect((await desk.romi(['why', `db/plant_01/${upper}`])).code).toBe(0)
    expect((await desk.romi(['why', 'db/plant_01/absent'])).code).toBe(20)
  })

  test('knows a step from a fileset in the folder of a scan too', async () => {
    await desk.write(
      'db/plant_01/pipeline.toml',
      await readFile(join(desk.folder, 'p.toml'), 'utf8'),
    )
    const within = { cwd: join(desk.folder, 'db', 'plant_01') }
    expect((await desk.romi(['why', 'Count'], within)).out).toContain('Count')
    expect((await desk.romi(['why', 'images'], within)).out).toContain('source')
  })

  test('why of a damaged scan is short of data, in words and in JSON, and tells of the others', async () => {
    await desk.write('db/plant_01/files.json', '{ "filesets": [')
    for (const verb of [['why', 'Count'], ['status']])
      for (const form of [[], ['--json']]) {
        const { code, out } = await desk.romi([...verb, 'p.toml', 'db', ...form])
        expect([code, out.includes('plant_02')]).toEqual([20, true])
      }
  })

  test('an unknown step is a wrong command line', async () => {
    expect((await desk.romi(['why', 'Cuont', 'p.toml', 'db'])).code).toBe(2)
  })
})

describe('graph', () => {
  test('draws steps and what they read, in either language', async () => {
    const mermaid = (await desk.romi(['graph', 'p.toml'])).out
    expect(mermaid).toContain('flowchart TD')
    expect(mermaid).toContain('  Upper --> Join\n')
    const dot = (await desk.romi(['graph', 'p.toml', '--format', 'dot'])).out
    expect(dot).toContain('"Upper" -> "Join";')
    expect(dot.split('{')).toHaveLength(dot.split('}').length)
  })

  test('graph is coloured by what would be done on a scan', async () => {
    const bare = (await desk.romi(['graph', 'p.toml'])).out
    const toDo = (await desk.romi(['graph', 'p.toml', 'db/plant_01'])).out
    await run('p.toml', 'db/plant_01')
    const done = (await desk.romi(['graph', 'p.toml', 'db/plant_01'])).out
    expect(new Set([bare, toDo, done]).size).toBe(3)
  })
})

describe('tasks', () => {
  test('lists all, and tells all about one', async () => {
    const { out } = await desk.romi(['tasks'])
    for (const name of ['Upper', 'Join', 'ImagesFilesetExists']) expect(out).toContain(name)
    const manual = (await desk.romi(['tasks', 'Count'])).out
    for (const part of ['base', 'from 2 to 36', 'default 10', 'upstream_task', 'default Join']) {
      expect(manual).toContain(part)
    }
  })

  test('tells the metadata that a slot reads by the defaults of the parameters', async () => {
    for (const [task, key] of [
      ['Undistorted', 'colmap_camera'],
      ['Voxels', 'colmap_camera'],
    ])
      expect((await desk.romi(['tasks', task], realTasks)).out).toMatch(
        new RegExp(`reads the metadata (.*, )?${key}`),
      )
  })

  test('gives JSON', async () => {
    const { out } = await desk.romi(['tasks', 'Count', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      name: 'Count',
      makes: 'text',
      inputs: { upstream_task: { accepts: ['text'], default: 'Join' } },
      params: { base: { default: 10, schema: { type: 'integer', minimum: 2, maximum: 36 } } },
    })
  })
})

test('schema is a schema of the tasks there are, with those of a pipeline’s modules', async () => {
  const bare = JSON.parse((await desk.romi(['schema'])).out) as { properties: object }
  expect(bare.properties).toHaveProperty('Upper')
  await desk.write(
    'own.ts',
    `import { defineTask, nothing } from 'romi-run'
export default defineTask({ name: 'Own', version: 1, summary: '', inputs: {}, params: {}, output: nothing, run: () => undefined })`,
  )
  await desk.write('q.toml', '[romi]\nmodules = "own.ts"')
  const own = JSON.parse((await desk.romi(['schema', '-p', 'q.toml'])).out) as {
    properties: object
  }
  expect(own.properties).toHaveProperty('Own')
})

test('every verb explains itself', async () => {
  const verbs = 'run plan status why table graph tasks schema init import clean'.split(' ')
  for (const verb of verbs) {
    const { code, out } = await desk.romi([verb, '--help'])
    expect([verb, code]).toEqual([verb, 0])
    expect(out).toContain(`romi-run ${verb}`)
  }
  expect((await desk.romi(['--help'])).out).toContain('Examples:')
  expect((await desk.romi(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect((await desk.romi(['plna', 'p.toml'])).err).toContain('did you mean plan?')
  expect((await desk.romi(['plan', 'absent.toml'])).err).not.toContain('did you mean')
})

test('who calls the program is told once a verb is loaded; help loads none', async () => {
  let loaded = 0
  const verbLoaded = (): void => void loaded++
  await desk.romi(['--help'], { verbLoaded })
  expect(loaded).toBe(0)
  await desk.romi(['tasks'], { verbLoaded })
  expect(loaded).toBe(1)
})
