// What is decided about the steps of a pipeline, and why: on scans in memory.
import { describe, expect, test } from 'vitest'
import { resumeKeyOf } from '../../src/plan/key.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { anyFiles } from '../../src/task/artifact.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { tasks, text, texts } from '../support/tasks.ts'

const line = '[Upper]\n[Join]\n[Count]\n'
const photographs = { a: 'one', b: 'two', c: 'three' }

/** Reads any files. */
const list = defineTask({
  name: 'List',
  version: 1,
  summary: 'All files.',
  inputs: { upstream_task: fileset([text, anyFiles], { default: 'Join' }) },
  params: {},
  output: text,
  run: () => '',
})

/** A scan on which a pipeline was carried out. */
async function madeBy(toml: string, of: ConstructorParameters<typeof MemoryScan>[0] = photographs) {
  const scan = new MemoryScan(of)
  await scan.make(toml)
  return scan
}

describe('a pipeline on a scan', () => {
  test('runs from the first step on: one whose input is not made yet follows it', async () => {
    const scan = new MemoryScan(photographs)
    expect(await scan.plan(line)).toEqual({
      ImagesFilesetExists: { do: 'reuse', fileset: 'images', edited: [] },
      Upper: { do: 'run', reason: { why: 'never-ran' } },
      Join: { do: 'run', reason: { why: 'never-ran' } },
      Count: { do: 'run', reason: { why: 'never-ran' } },
    })
    const plan = await scan.planned(line)
    expect([...plan].filter(([, { ready }]) => ready).map(([name]) => name)).toEqual(['Upper'])
    expect(await scan.make(line)).toEqual(['Upper', 'Join', 'Count'])
    expect(scan.textOf('Join')).toBe('ONE TWO THREE')
  })

  test('has nothing to do once all of it is there', async () => {
    const scan = await madeBy(line)
    const [upper] = scan.filesets('Upper')
    const [join] = scan.filesets('Join')
    const [count] = scan.filesets('Count')
    expect(await scan.plan(line)).toEqual({
      ImagesFilesetExists: { do: 'reuse', fileset: 'images', edited: [] },
      Upper: { do: 'reuse', fileset: upper, edited: [] },
      Join: { do: 'reuse', fileset: join, edited: [] },
      Count: { do: 'reuse', fileset: count, edited: [] },
    })
    expect(await scan.make(line)).toEqual([])
  })
})

describe('a step that must run', () => {
  test('makes what reads it wait: whether that runs depends on what comes out', async () => {
    const scan = await madeBy(line)
    const change = '[Upper]\nsuffix = "!"\n[Join]\n[Count]\n'
    const changes = [{ name: 'suffix', from: '', to: '!', line: 2 }]
    expect(await scan.plan(change)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'parameter', changes } },
      Join: { do: 'maybe', reason: { why: 'follows', step: 'Upper' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
    expect(await scan.make(change)).toEqual(['Upper', 'Join', 'Count'])
    // Of which the same comes out: what reads that has nothing to do.
    scan.put('images', { a: 'ONE' })
    expect(await scan.make(change)).toEqual(['Upper'])
  })

  test('is made beside the earlier one, and going back finds that again', async () => {
    const scan = await madeBy(line)
    const [first] = scan.filesets('Upper')
    await scan.make('[Upper]\nsuffix = "!"\n[Join]\n[Count]\n')
    expect(scan.filesets('Upper')).toHaveLength(2)
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'reuse', fileset: first } })
  })

  test('of a step that is to be made in any case, what follows has other parameters anyway', async () => {
    const scan = await madeBy(line)
    const toml = '[Upper]\nsuffix = "!"\n[Join]\nseparator = "+"\n[Count]\n'
    expect(await scan.plan(toml)).toMatchObject({
      Join: { do: 'run', reason: { why: 'parameter' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
  })

  test('is told to take up what a killed run had finished', async () => {
    const scan = new MemoryScan(photographs)
    const upper = scan.pipeline(line).steps.get('Upper') as ComputingStep
    scan.finished.set(resumeKeyOf(upper), 2)
    expect(await scan.plan(line)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'incomplete', finished: 2 } },
      Join: { do: 'run', reason: { why: 'never-ran' } },
    })
  })

  test('waits in vain where its program is missing, and all that needs it with it', async () => {
    const scan = new MemoryScan(photographs)
    const program = { name: 'pov', install: 'install it' }
    scan.tasks = tasks.map((task) =>
      task.name === 'Join' && task.is === 'computing' ? { ...task, programs: [program] } : task,
    )
    const why = 'Join needs the program pov: apt-get install pov'
    const stop = { do: 'stop', cause: 'missing', why }
    const missingPrograms = { pov: 'apt-get install pov' }
    expect(await scan.plan(line, { missingPrograms })).toMatchObject({
      Upper: { do: 'run' },
      Join: stop,
      Count: stop,
    })
    const other = { missingPrograms: { colmap: 'apt-get install colmap' } }
    expect(await scan.plan(line, other)).toMatchObject({
      Join: { do: 'run' },
      Count: { do: 'run' },
    })
    await scan.make(line)
    expect(await scan.plan(line, { missingPrograms })).toMatchObject({ Join: { do: 'reuse' } })
    // One that may have to run cannot be waited for either.
    const forced = ['Upper']
    expect(await scan.plan(line, { missingPrograms, forced })).toMatchObject({
      Upper: { do: 'run' },
      Join: stop,
    })
  })
})

describe('a step that is forced', () => {
  test('runs again though it is complete, and what reads it may follow', async () => {
    const scan = await madeBy(line)
    const [join] = scan.filesets('Join')
    const plan = await scan.planned(line, { forced: ['Join'] })
    expect(plan.get('Join')).toMatchObject({
      decision: { do: 'run', reason: { why: 'forced' } },
      ready: { replaces: { id: join } },
    })
    expect(plan.get('Upper')?.decision.do).toBe('reuse')
    expect(plan.get('Count')?.decision).toEqual({
      do: 'maybe',
      reason: { why: 'follows', step: 'Join' },
    })
    expect(await scan.make(line, { forced: ['Join'] })).toEqual(['Join'])
    expect(scan.filesets('Join')).toEqual([join])
  })

  test('runs though nobody asked for it, and not before what it reads', async () => {
    const scan = new MemoryScan(photographs)
    const forced = ['Join']
    expect(await scan.plan(line, { targets: ['Upper'], forced })).toMatchObject({
      Upper: { do: 'run' },
      Join: { do: 'run', reason: { why: 'forced' } },
    })
    await scan.make(line)
    expect(await scan.plan(line, { forced: ['Upper', 'Join'] })).toMatchObject({
      Upper: { do: 'run', reason: { why: 'forced' } },
      Join: { do: 'run', reason: { why: 'forced' } },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
  })

  test('of which files are missing is told as damaged', async () => {
    const scan = await madeBy(line)
    const [upper] = scan.filesets('Upper')
    scan.lose(upper, 'b')
    const reason = { why: 'files-missing', fileset: upper, files: ['b'] }
    expect(await scan.plan(line, { forced: ['Upper'] })).toMatchObject({ Upper: { reason } })
  })
})

describe('a made fileset that lacks a file', () => {
  test('is made again in its place; what reads it may be complete all the same', async () => {
    const scan = await madeBy(line)
    const [upper] = scan.filesets('Upper')
    scan.lose(upper, 'b')
    const plan = await scan.planned(line)
    expect(plan.get('Upper')).toMatchObject({
      decision: { do: 'run', reason: { why: 'files-missing', fileset: upper, files: ['b'] } },
      ready: { replaces: { id: upper } },
    })
    expect(plan.get('Join')?.decision).toMatchObject({ do: 'maybe' })
    expect(await scan.make(line)).toEqual(['Upper'])
    expect(scan.filesets('Upper')).toEqual([upper])
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'reuse' }, Count: { do: 'reuse' } })
  })
})

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

describe('a step without its data', () => {
  test('stops, and all that needs it, with the words of the first', async () => {
    const scan = new MemoryScan(photographs)
    scan.remove('images')
    const plan = await scan.plan(line)
    expect(plan).toMatchObject({
      ImagesFilesetExists: { do: 'stop', cause: 'missing' },
      Upper: { do: 'stop', cause: 'missing' },
      Count: { do: 'stop', cause: 'missing' },
    })
    expect(plan['Count']).toEqual(plan['ImagesFilesetExists'])
  })

  test('keeps what was made before, if that is what is asked for', async () => {
    const scan = await madeBy(line)
    scan.remove('images')
    // A record tells what Upper was made from no more: its photographs are what it hangs on.
    expect(await scan.plan(line)).toMatchObject({ Count: { do: 'stop', cause: 'missing' } })
  })

  test('says which listed photographs are gone, and what to do', async () => {
    const scan = new MemoryScan(photographs)
    scan.lose('images', 'b')
    const { ImagesFilesetExists: images } = await scan.plan(line)
    expect(images).toMatchObject({ do: 'stop', cause: 'missing' })
    expect(images).toHaveProperty('why', expect.stringMatching(/^images of plant .*\(b\).*exclude/))
  })

  test('is not stopped by a photograph that is gone and left out', async () => {
    const scan = new MemoryScan({ a: 'one', b: { text: 'two', metadata: { excluded: true } } })
    expect(await scan.plan(line)).toMatchObject({ Upper: { do: 'run' } })
  })

  test('says which entries of the index cannot be used', async () => {
    const scan = new MemoryScan(photographs)
    scan.damageIndex('images', 'filesets[0].files[3]: bad id', 'filesets[0].files[4]: bad id')
    const { ImagesFilesetExists: images } = await scan.plan(line)
    expect(images).toMatchObject({ do: 'stop', cause: 'missing' })
    expect(images).toHaveProperty(
      'why',
      expect.stringMatching(/images.*\(filesets\[0\].files\[3\]: bad id; filesets\[0\].files\[4\]/),
    )
  })

  test('that needs none is there without a fileset', async () => {
    const plan = await new MemoryScan().plan('[DummyTask]')
    expect(plan).toStrictEqual({ DummyTask: { do: 'reuse', fileset: undefined, edited: [] } })
  })

  test('asks for one file only where it names one', async () => {
    const scan = new MemoryScan(photographs)
    scan.tasks = [...tasks, list]
    const toml = (file: string) =>
      `[FileExists]\nfileset_id = "images"\nfile_id = "${file}"\n[List]\nupstream_task = "FileExists"\n`
    scan.lose('images', 'b')
    expect(await scan.plan(toml('a'))).toMatchObject({ FileExists: { do: 'reuse' } })
    expect(await scan.plan(toml('b'))).toMatchObject({ FileExists: { do: 'stop' } })
    expect(await scan.make(toml('a'))).toEqual(['List'])
    expect(scan.textOf('List')).toBe('one')
  })

  test('which failed in this run, stops what needs it: its input is lost, not missing', async () => {
    const scan = new MemoryScan(photographs)
    const lost = { do: 'stop', cause: 'input-lost', why: 'Upper gave no result' }
    expect(await scan.plan(line, { failed: ['Upper'] })).toEqual({
      ImagesFilesetExists: { do: 'reuse', fileset: 'images', edited: [] },
      Upper: lost,
      Join: lost,
      Count: lost,
    })
  })

  test('beside one that can be made: that one is made all the same, once the other failed', async () => {
    const scan = new MemoryScan(photographs)
    const toml = '[Locate]\n[Upper]\n[Place]\n'
    expect(await scan.plan(toml, { failed: ['Locate'] })).toMatchObject({
      Upper: { do: 'run' },
      Place: { do: 'stop', cause: 'input-lost' },
    })
    // Of one that lacks its data from the start, nothing is made in vain.
    const missing = '[Locate.romi]\nadopt = "mine"\n[Upper]\n[Place]\n'
    expect(await scan.plan(missing)).toMatchObject({
      Locate: { do: 'stop' },
      Upper: { do: 'leave' },
      Place: { do: 'stop', cause: 'missing' },
    })
  })
})

describe('a fileset that stands in for a step', () => {
  const toml = '[Upper.romi]\nadopt = "mine"\n[Join]\n'

  test('is what is read, whatever made it', async () => {
    const scan = new MemoryScan(photographs)
    scan.put('mine', { a: 'by hand' })
    expect(await scan.plan(toml)).toMatchObject({
      Upper: { do: 'reuse', fileset: 'mine', edited: [] },
      Join: { do: 'run' },
    })
    // Nothing is looked for that its step would not attach to files of others.
    scan.annotations = () => Promise.reject(new Error('not annotations'))
    await scan.make(toml)
    expect(scan.textOf('Join')).toBe('by hand')
  })

  test('stops its step where it is not there, or lacks a file', async () => {
    const scan = new MemoryScan(photographs)
    const why = '[Upper.romi] adopts "mine", which plant does not have'
    expect(await scan.plan(toml)).toMatchObject({
      Upper: { do: 'stop', why },
      Join: { do: 'stop', why },
    })
    scan.put('mine', { a: 'by hand', b: 'too' })
    scan.lose('mine', 'b')
    expect(await scan.plan(toml)).toMatchObject({ Join: { do: 'stop', cause: 'missing' } })
  })

  test('brings its annotations, if its step makes any', async () => {
    const scan = await madeBy('[Locate]\n[Upper]\n')
    const [locate] = scan.filesets('Locate')
    const adopting = `[Locate.romi]\nadopt = "${locate}"\n[Place]\n`
    await scan.make(adopting)
    expect(scan.textOf('Place')).toBe('ONE{"pose":3} TWO{"pose":3} THREE{"pose":5}')
  })
})

describe('another scan', () => {
  const toml = '[Borrow]\nfrom_scan_id = "other"\n'

  test('lends what was made there', async () => {
    const scan = new MemoryScan(photographs)
    const other = new MemoryScan({ z: 'elsewhere' }, 'other')
    scan.others.set('other', other)
    expect(await scan.plan(toml)).toMatchObject({
      Borrow: { do: 'stop', cause: 'missing', why: 'nothing of Join in other' },
    })
    await other.make('[Join]')
    expect(await scan.make(toml)).toEqual(['Borrow'])
    expect(scan.textOf('Borrow')).toBe('ELSEWHERE')
    expect(await scan.plan(toml)).toMatchObject({ Borrow: { do: 'reuse' } })
    other.lose(other.filesets('Join')[0], 'text')
    const { Borrow: borrow } = await scan.plan(toml)
    expect(borrow).toMatchObject({ do: 'stop', cause: 'missing' })
    expect(borrow).toHaveProperty('why', expect.stringContaining(' of other '))
  })

  test('that is named by nobody is not looked for', async () => {
    const scan = await madeBy('[Borrow]')
    expect(await scan.plan('[Borrow]')).toMatchObject({ Borrow: { do: 'reuse' } })
  })
})
