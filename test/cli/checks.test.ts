// Checks on the command line: run, status, plan, why, table, --json and --strict tell a broken limit.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { Desk } from '../support/command-line.ts'

const plain = '[Letters]\n[Tally]\n'
const narrow = `${plain}[Tally.romi.checks]\ntexts = { min = 3 }\n`

let desk: Desk
beforeEach(async () => {
  desk = await Desk.make()
  await desk.write('p.toml', plain)
  await desk.scan('p1', { 'a.txt': 'leaf', 'b.txt': 'flower' })
})
afterEach(() => desk[Symbol.asyncDispose]())

const run = (...args: readonly string[]) =>
  desk.romi(['run', 'p.toml', 'db', '--executor', 'inline', ...args])
const lines = async (...args: readonly string[]): Promise<JsonObject[]> => {
  const { out } = await desk.romi([...args, '--json'])
  // Safe: --json prints a map a line.
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject)
}
/** What a limit of the files says that `b` breaks. */
const doubt = 'length of b (6) is above 5: cut it'

describe('a broken limit', () => {
  test('a broken limit is told by the run, also of a reused result, and costs nothing', async () => {
    const first = await run()
    expect(first.code).toBe(0)
    for (const told of [first.err, first.out]) expect(told).toContain(doubt)
    const again = await run()
    expect(again.out).toContain('everything was complete already')
    expect(again.out).toContain(`⚠ Letters: ${doubt}`)
    expect(again.err).toBe('')
    expect(await run('-q')).toEqual({ code: 0, out: `⚠ Letters: ${doubt}\n`, err: '' })
  })

  test('a broken limit makes exit code 15 of run, plan and status with --strict', async () => {
    expect((await run('--strict')).code).toBe(15)
    expect((await run('--strict')).code).toBe(15)
    for (const verb of ['plan', 'status']) {
      expect((await desk.romi([verb, 'p.toml', 'db', '--strict'])).code).toBe(15)
      expect((await desk.romi([verb, 'p.toml', 'db'])).code).toBe(0)
    }
  })

  test('a broken limit is a sign in status, a line in plan and why, and a column of the table', async () => {
    await run()
    const status = await desk.romi(['status', 'p.toml', 'db'])
    expect(status.out).toMatch(/^p1 +⚠ +✓$/m)
    expect(status.out).toContain(`Letters: ${doubt}`)
    expect((await desk.romi(['plan', 'p.toml', 'db'])).out).toContain(`⚠ Letters: ${doubt}`)
    const why = await desk.romi(['why', 'Tally', 'p.toml', 'db'])
    expect(why.out).toContain(`⚠ ${doubt}`)
    expect(why.out).toContain('✓ texts 2 (min 2)')
    const table = await desk.romi(['table', 'Tally', 'p.toml', 'db'])
    expect(table.out).toBe('scan,letters,checks\np1,10,Letters.length = 4 … 6 of 2 files\n')
  })

  test('a broken limit is in the JSON of run, plan and status, with values and limits', async () => {
    const broken = {
      check: 'length',
      is: 'broken',
      limits: { max: 5, far: 3 },
      broken: [{ file: 'b', value: 6 }],
      message: doubt,
    }
    const events = await lines('run', 'p.toml', 'db', '--executor', 'inline')
    expect(events.find(({ is, step }) => is === 'finished' && step === 'Letters')).toMatchObject({
      checks: [broken],
    })
    const [status] = await lines('status', 'p.toml', 'db')
    expect(status.checks).toMatchObject({ Letters: [broken], Tally: [{ is: 'fine' }] })
    const [plan] = await lines('plan', 'p.toml', 'db')
    expect(JSON.stringify(plan)).toContain(doubt)
  })
})

describe('limits in the pipeline file', () => {
  test('run nothing again, and a reused step warns by them', async () => {
    await run()
    await desk.write('p.toml', narrow)
    const { out, code } = await run('--strict')
    expect(out).toContain('everything was complete already')
    expect(out).toContain('texts is 2, below 3: add one')
    expect(code).toBe(15)
    await desk.write('p.toml', `${plain}[Letters.romi.checks]\nlength = { max = inf, far = inf }\n`)
    expect((await run('--strict')).code).toBe(0)
  })

  test('limits in the pipeline file of a check that the task does not have are a mistake with its line', async () => {
    await desk.write('p.toml', `${plain}[Tally.romi.checks]\ntext = { min = 3 }\n`)
    const { err, code } = await run()
    expect(code).toBe(35)
    expect(err).toContain('p.toml:4')
    expect(err).toContain('texts')
  })
})
