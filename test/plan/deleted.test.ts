// What is decided where filesets were deleted: made again only for those who need them.
import { describe, expect, test } from 'vitest'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { tasks, text, texts } from '../support/tasks.ts'
import { line, madeBy, photographs } from '../support/made-scan.ts'

describe('what was deleted', () => {
  test('is left alone while what was asked for is there', async () => {
    const scan = await madeBy(line)
    scan.remove('Upper', 'Join')
    expect(await scan.plan(line)).toMatchObject({
      Upper: { do: 'leave' },
      Join: { do: 'leave' },
      Count: { do: 'reuse' },
    })
    expect(await scan.make(line)).toEqual([])
  })

  test('is made again for a step that must run, which the reason names', async () => {
    const scan = await madeBy(line)
    scan.remove('Upper', 'Join')
    const toml = '[Upper]\n[Join]\n[Count]\nbase = 2\n'
    expect(await scan.plan(toml)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'deleted', reader: 'Join' } },
      Join: { do: 'run', reason: { why: 'deleted', reader: 'Count' } },
      Count: { do: 'run', reason: { why: 'parameter' } },
    })
    expect(await scan.make(toml)).toEqual(['Upper', 'Join', 'Count'])
  })

  test('and asked for is made again, for the sake of nobody else', async () => {
    const scan = await madeBy(line)
    scan.remove('Count')
    expect(await scan.plan(line)).toMatchObject({
      Count: { do: 'run', reason: { why: 'deleted', reader: undefined } },
    })
    expect(await scan.make(line)).toEqual(['Count'])
  })

  describe('and read by several steps', () => {
    /** A step that reads `Upper`, and another one besides. */
    const reading = (name: string, other: string) =>
      defineTask({
        name,
        version: 1,
        summary: '',
        inputs: {
          from_upper: files(texts, { default: 'Upper' }),
          from_other: files(texts, { default: other }),
        },
        params: {},
        output: text,
        run: () => '',
      })
    /** `Early` and `Late`, of which the doubtful ones read a step, too, that is forced. */
    async function scanWith(...doubtful: readonly string[]) {
      const scan = new MemoryScan(photographs)
      const reader = (name: string) =>
        reading(name, doubtful.includes(name) ? 'Draining' : 'ImagesFilesetExists')
      scan.tasks = [...tasks, reader('Early'), reader('Late')]
      await scan.make(toml)
      scan.remove('Upper')
      return scan
    }
    const toml = '[Upper]\n[Draining]\n[Early]\n[Late]\n'
    const deletedFor = (reader: string) => ({ reason: { why: 'deleted', reader } })

    test('names one that surely runs, wherever it stands', async () => {
      for (const [sure, doubtful] of [
        ['Early', 'Late'],
        ['Late', 'Early'],
      ]) {
        const scan = await scanWith(doubtful)
        expect(await scan.plan(toml, { forced: ['Draining', sure] })).toMatchObject({
          Upper: { do: 'run', ...deletedFor(sure) },
          [sure]: { do: 'run', reason: { why: 'forced' } },
          [doubtful]: { do: 'maybe', reason: { why: 'follows', step: 'Draining' } },
        })
      }
    })

    test('may be made again for one that perhaps runs', async () => {
      const scan = await scanWith('Late')
      expect(await scan.plan(toml, { forced: ['Draining'] })).toMatchObject({
        Upper: { do: 'maybe', ...deletedFor('Late') },
        Early: { do: 'reuse' },
        Late: { do: 'maybe' },
      })
      const both = await scanWith('Early', 'Late')
      expect(await both.plan(toml, { forced: ['Draining'] })).toMatchObject({
        Upper: { do: 'maybe', ...deletedFor('Late') },
      })
    })

    test('is made in any case where it was asked for itself', async () => {
      const scan = await scanWith('Early', 'Late')
      const targets = ['Upper', 'Draining', 'Early', 'Late']
      expect(await scan.plan(toml, { forced: ['Draining'], targets })).toMatchObject({
        Upper: { do: 'run', reason: { why: 'deleted' } },
        Late: { do: 'maybe' },
      })
    })

    test('is left for one that nobody needs, whatever that one would do', async () => {
      const targets = ['Draining', 'Late']
      const leftAlone = await scanWith('Early')
      expect(await leftAlone.plan(toml, { forced: ['Draining'], targets })).toMatchObject({
        Upper: { do: 'leave' },
        Early: { do: 'leave' },
        Late: { do: 'reuse' },
      })
      // One that is not needed takes nothing from one that perhaps is.
      const doubtful = await scanWith('Late')
      doubtful.remove('Early')
      doubtful.archive = []
      expect(await doubtful.plan(toml, { forced: ['Draining'], targets })).toMatchObject({
        Upper: { do: 'maybe' },
        Early: { do: 'leave' },
        Late: { do: 'maybe' },
      })
    })
  })

  test('without any record is made again, for all that is known', async () => {
    const scan = await madeBy(line)
    scan.remove('Upper', 'Join', 'Count')
    scan.archive = []
    expect(await scan.plan(line)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'never-ran' } },
      Count: { do: 'run', reason: { why: 'never-ran' } },
    })
  })

  test('is remembered by the record of its reader alone', async () => {
    const scan = await madeBy(line)
    scan.archive = []
    scan.remove('Upper')
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'leave' }, Join: { do: 'reuse' } })
  })

  test('is not what a changed photograph would give', async () => {
    const scan = await madeBy(line)
    scan.remove('Upper', 'Join')
    scan.put('images', { b: 'other' })
    expect(await scan.plan(line)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'input-changed', changed: ['b'] } },
      Join: { do: 'maybe' },
      Count: { do: 'maybe' },
    })
    expect(await scan.make(line)).toEqual(['Upper', 'Join', 'Count'])
  })

  test('runs in any case if it was asked for, and perhaps if it is only read', async () => {
    const scan = await madeBy(line)
    scan.remove('Join')
    const forced = ['Upper']
    expect(await scan.plan(line, { forced })).toMatchObject({
      Join: { do: 'maybe', reason: { why: 'follows', step: 'Upper' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
    expect(await scan.plan(line, { forced, targets: ['Join'] })).toMatchObject({
      Join: { do: 'run', reason: { why: 'deleted' } },
    })
  })
})
