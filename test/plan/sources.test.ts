// What is decided where data are missing, adopted, or those of another scan.
import { describe, expect, test } from 'vitest'
import { anyFiles } from '../../src/task/artifact.ts'
import { fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { tasks, text } from '../support/tasks.ts'
import { line, madeBy, photographs } from '../support/made-scan.ts'

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
