// Identity: what makes another key, and what does not.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { libraryOf } from '../../src/task/library.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { pipeline, Rig } from '../support/rig.ts'
import { text, texts } from '../support/tasks.ts'

describe('a second run', () => {
  test('a second run has nothing to do', async () => {
    const rig = await Rig.make()
    expect((await rig.run(pipeline)).ran).toEqual(['Upper', 'Join', 'Count'])
    const again = await rig.run(pipeline)
    expect(again.ran).toEqual([])
    expect(again.reused).toEqual(['ImagesFilesetExists', 'Upper', 'Join', 'Count'])
    expect(again.code).toBe(0)
    expect(await rig.textOf('Count')).toBe('13')
  })
})

describe('another key', () => {
  test('a changed parameter reruns the step and all that read it', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const changed = '[Upper]\n[Join]\nseparator = "--"\n[Count]\n'
    expect(await rig.plan(changed)).toMatchObject({
      Upper: { do: 'reuse' },
      Join: {
        do: 'run',
        reason: {
          why: 'parameter',
          changes: [{ name: 'separator', from: ' ', to: '--', line: 3 }],
        },
      },
      Count: { do: 'maybe', reason: { why: 'follows', step: 'Join' } },
    })
    expect((await rig.run(changed)).ran).toEqual(['Join', 'Count'])
    expect(await rig.filesets('Join')).toHaveLength(2)
  })

  test('going back to an old value uses the old fileset, and lists it last', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const [first] = await rig.filesets('Join')
    await rig.run('[Join]\nseparator = "--"\n[Count]\n')
    expect((await rig.filesets('Join')).at(-1)).not.toBe(first)
    expect((await rig.run(pipeline)).ran).toEqual([])
    expect((await rig.filesets('Join')).at(-1)).toBe(first)
  })

  test('a changed photograph remakes one file, and what reads it', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await rig.photograph({ b: 'changed' })
    expect(await rig.plan(pipeline)).toMatchObject({
      Upper: {
        do: 'run',
        reason: { why: 'input-changed', changed: ['b'], added: [], removed: [] },
      },
    })
    const again = await rig.run(pipeline)
    expect(again.made('Upper')).toBe(1)
    expect(again.ran).toEqual(['Upper', 'Join', 'Count'])
    expect(await rig.textOf('Join')).toBe('ONE CHANGED THREE')
  })

  test('a new photograph makes one file', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await rig.photograph({ d: 'four' })
    const again = await rig.run(pipeline)
    expect(again.made('Upper')).toBe(1)
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE FOUR')
  })

  test('a changed version, or default in code, reruns the step', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const { tasks } = rig
    rig.tasks = tasks.map((task) =>
      task.name === 'Join' && task.is === 'computing' ? { ...task, version: 2 } : task,
    )
    expect(await rig.plan(pipeline)).toMatchObject({
      Join: { do: 'run', reason: { why: 'version', from: 1, to: 2 } },
    })
    rig.tasks = tasks.map((task) =>
      task.name === 'Join' && task.is === 'computing'
        ? {
            ...task,
            params: { ...task.params, separator: { ...task.params.separator, default: '+' } },
          }
        : task,
    )
    expect(await rig.plan(pipeline)).toMatchObject({
      Join: {
        do: 'run',
        reason: { why: 'parameter', changes: [{ name: 'separator', from: ' ', to: '+' }] },
      },
    })
  })

  test('a slot that its task does not have any more is why the step runs', async () => {
    const rig = await Rig.make()
    const { tasks } = rig
    const photographs = files(texts, { default: 'ImagesFilesetExists' })
    const title = fileset(text, { default: 'Join' })
    const described = { name: 'Pair', version: 1, summary: 'Both.', params: {}, output: text }
    const run = () => 'pair'
    rig.tasks = [...tasks, defineTask({ ...described, inputs: { photographs, title }, run })]
    await rig.run('[Pair]')
    rig.tasks = [...tasks, defineTask({ ...described, inputs: { photographs }, run })]
    const reason = { why: 'input-changed', slot: 'title', step: 'Join', removed: ['text'] }
    expect(await rig.plan('[Pair]')).toMatchObject({ Pair: { do: 'run', reason } })
  })

  test('a version that is raised while the run goes on is not taken for the one before', async () => {
    const rig = await Rig.make()
    const raised = rig.tasks.map((task) =>
      task.name === 'Upper' && task.is === 'computing' ? { ...task, version: 2 } : task,
    )
    // Threads that start late load the module as it is then.
    const executor = inlineExecutor(libraryOf(raised))
    const ran = await rig.run('[Upper]', { executor })
    expect(ran.code).toBe(30)
    expect(await rig.filesets('Upper')).toEqual([])
    rig.tasks = raised
    expect((await rig.run('[Upper]')).ran).toEqual(['Upper'])
  })

  test('another selection reruns the step', async () => {
    const rig = await Rig.make({
      a: { text: 'one', metadata: { channel: 'rgb' } },
      b: { text: 'two', metadata: { channel: 'depth' } },
    })
    await rig.run('[Upper]\n[Upper.query]\nchannel = "rgb"\n[Join]')
    expect(await rig.textOf('Join')).toBe('ONErgb')
    const other = await rig.run('[Upper]\n[Upper.query]\nchannel = "depth"\n[Join]')
    expect(other.ran).toEqual(['Upper', 'Join'])
    expect(await rig.textOf('Join')).toBe('TWOdepth')
  })

  test('declared metadata that changes reruns the step', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await rig.photograph({ a: { text: 'one', metadata: { channel: 'rgb' } } })
    expect(await rig.plan(pipeline)).toMatchObject({
      Upper: {
        do: 'run',
        reason: { why: 'input-changed', metadata: [{ key: 'channel' }], changed: [] },
      },
    })
    expect((await rig.run(pipeline)).made('Upper')).toBe(1)
  })
})

describe('another key of each file', () => {
  test('another input changes, which bears the name of what the files share', async () => {
    const rig = await Rig.make()
    const { tasks } = rig
    const titled = defineTask({
      name: 'Titled',
      version: 1,
      summary: 'Each text after a title.',
      inputs: {
        upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: { scan: ['unit'] } }),
        shared: fileset(text, { default: 'Join' }),
      },
      params: {},
      output: texts,
      each: 'upstream_task',
      run: async ({ value, inputs }) => `${await inputs.shared.read()}: ${value}`,
    })
    rig.tasks = [...tasks, titled]
    await rig.write(async (db) => (await db.getScan('plant')).setMetadata({ unit: 'mm' }))
    await rig.run('[Titled]\n[Join]')
    await rig.run('[Titled]\n[Join]\nseparator = "+"')
    expect(await rig.textOf('Titled', 'a')).toBe('ONE+TWO+THREE: one')
  })

  test('a value moves from the fileset to the scan, of both of which it is read', async () => {
    const rig = await Rig.make()
    const { tasks } = rig
    const reads = { fileset: ['unit'], scan: ['unit'] }
    const told = defineTask({
      name: 'Told',
      version: 1,
      summary: 'Each text with what is told of it.',
      inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists', reads }) },
      params: {},
      output: texts,
      each: 'upstream_task',
      run: ({ value, inputs: { upstream_task: input } }) =>
        `${value} ${JSON.stringify([input.metadata('unit'), input.scanMetadata('unit')])}`,
    })
    rig.tasks = [...tasks, told]
    const ofFileset = join(rig.path, 'plant', 'metadata', 'images.json')
    writeFileSync(ofFileset, '{"unit": "mm"}')
    await rig.run('[Told]')
    rmSync(ofFileset)
    writeFileSync(join(rig.path, 'plant', 'metadata', 'metadata.json'), '{"unit": "mm"}')
    await rig.run('[Told]')
    expect(await rig.textOf('Told', 'a')).toBe('one [null,"mm"]')
  })
})

describe('the same key', () => {
  test('undeclared metadata, an insignificant parameter, key order and comments change nothing', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    await rig.photograph({ a: { text: 'one', metadata: { weather: 'dull' } } })
    const other = '# a comment\n[Count]\n[Join]\nthreads = 7\nseparator = " "\n[Upper]\n'
    const again = await rig.run(other)
    expect(again.ran).toEqual([])
  })
})

describe('metadata of the photographs', () => {
  test('a corrected camera reruns what declared it, and nothing before', async () => {
    const rig = await Rig.make({ a: { text: 'one', metadata: { camera: 'Sony' } } })
    await rig.run('[Measure]')
    expect(await rig.textOf('Measure')).toBe('a: Sony undefined')
    await rig.photograph({ a: { text: 'one', metadata: { camera: 'Canon' } } })
    expect((await rig.run('[Measure]')).ran).toEqual(['Measure'])
    expect(await rig.textOf('Measure')).toBe('a: Canon undefined')
  })

  test('annotations of a step are seen through all descendants, and not written to the photographs', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]')
    expect(await rig.textOf('Place')).toBe('a@3 b@3 c@5')
    const again = await rig.run('[Locate]\noffset = 10\n[Place]')
    expect(again.ran).toEqual(['Locate', 'Place'])
    expect(await rig.textOf('Place')).toBe('a@13 b@13 c@15')
  })

  test('annotations can be queried', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]\nquery = { pose = 5 }')
    expect(await rig.textOf('Place')).toBe('c@5')
  })
})

describe('early cutoff', () => {
  test('a re-made input that comes out the same leaves what reads it untouched', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    // Upper case already: Upper makes the same of it.
    await rig.photograph({ a: 'ONE' })
    const again = await rig.run(pipeline)
    expect(again.ran).toEqual(['Upper'])
    expect(again.reused).toContain('Count')
  })
})

describe('force', () => {
  test('a step that comes out as before is reproducible, and nothing is replaced', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const again = await rig.run(pipeline, { forced: ['Join'] })
    expect(again.ran).toEqual(['Join'])
    expect(again.events).toContainEqual(
      expect.objectContaining({ is: 'finished', step: 'Join', reproducible: true }),
    )
    expect(await rig.filesets('Join')).toHaveLength(1)
  })

  test('a file-by-file step makes all its files again, and tells whether they came out as before', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const again = await rig.run(pipeline, { forced: ['Upper'] })
    expect(again.made('Upper')).toBe(3)
    expect(again.events).toContainEqual(
      expect.objectContaining({ is: 'finished', step: 'Upper', reproducible: true }),
    )
    rig.tasks = rig.tasks.map((task) =>
      task.name === 'Upper' && task.is === 'computing' ? { ...task, run: () => 'anew' } : task,
    )
    const other = await rig.run(pipeline, { forced: ['Upper'] })
    expect(other.events).toContainEqual(
      expect.objectContaining({ is: 'finished', step: 'Upper', reproducible: false }),
    )
    expect(await rig.textOf('Join')).toBe('anew anew anew')
  })

  test.for([
    ['is missing', (path: string) => rmSync(path)],
    ['cannot be read', (path: string) => writeFileSync(path, 'half a\0')],
  ] as const)('a fileset of which a file %s is made whole, at once', async ([, damage]) => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const [id] = await rig.filesets('Join')
    damage(join(rig.path, 'plant', id, 'text.txt'))
    const again = await rig.run(pipeline, { forced: ['Join'] })
    expect(again.ran).toEqual(['Join'])
    expect(again.events).not.toContainEqual(
      expect.objectContaining({ is: 'finished', reproducible: false }),
    )
    expect(await rig.filesets('Join')).toEqual([id])
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
    expect((await rig.run(pipeline)).ran).toEqual([])
  })

  test('a step that comes out otherwise is told to be unsteady, and its old fileset is retired', async () => {
    const rig = await Rig.make()
    await rig.run('[Unsteady]')
    const before = await rig.textOf('Unsteady')
    const again = await rig.run('[Unsteady]', { forced: ['Unsteady'] })
    expect(again.events).toContainEqual(
      expect.objectContaining({ is: 'finished', reproducible: false, madeBefore: [] }),
    )
    expect(await rig.textOf('Unsteady')).not.toBe(before)
    expect(await rig.filesets('Unsteady')).toHaveLength(1)
    const retired = await rig.write(async (db) => (await db.getScan('plant')).retired())
    expect(retired).toHaveLength(1)
  })
})

describe('other scans', () => {
  test('a slot reads the latest fileset of another scan, and never builds it', async () => {
    const rig = await Rig.make()
    await rig.addScan('other', { z: 'elsewhere' })
    const toml = '[Borrow]\nfrom_scan_id = "other"\n'
    const before = await rig.run(toml)
    expect(before.code).toBe(20)
    await rig.run('[Join]', { scans: ['other'] })
    expect((await rig.run(toml)).ran).toEqual(['Borrow'])
    expect(await rig.textOf('Borrow')).toBe('ELSEWHERE')
    await rig.photograph({ z: 'anew' }, 'other')
    await rig.run('[Join]', { scans: ['other'] })
    expect((await rig.run(toml)).ran).toEqual(['Borrow'])
  })
})
