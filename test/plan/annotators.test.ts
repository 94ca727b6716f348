// Steps that annotate the files of others: what is seen while their annotations are there, or gone.
import { describe, expect, test } from 'vitest'
import { differences, nearestReason } from '../../src/plan/reason.ts'
import { param } from '../../src/task/param.ts'
import { annotations, files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest, inputOf, recordWith, seenFile } from '../support/records.ts'
import { tasks, text, texts } from '../support/tasks.ts'

const photographs = { a: 'one', b: 'two' }
const toml = '[Locate]\n[Upper]\n[Place]\n'

async function made(of: string = toml): Promise<MemoryScan> {
  const scan = new MemoryScan(photographs)
  await scan.make(of)
  return scan
}

describe('annotations', () => {
  test('are laid over the files that a later step reads', async () => {
    const scan = await made()
    expect(scan.textOf('Place')).toBe('ONE{"pose":3} TWO{"pose":3}')
    const moved = '[Locate]\noffset = 2\n[Upper]\n[Place]\n'
    expect(await scan.plan(moved)).toMatchObject({
      Locate: { do: 'run', reason: { why: 'parameter' } },
      Upper: { do: 'reuse' },
      Place: { do: 'maybe', reason: { why: 'follows', step: 'Locate' } },
    })
    expect(await scan.make(moved)).toEqual(['Locate', 'Place'])
    expect(scan.textOf('Place')).toBe('ONE{"pose":5} TWO{"pose":5}')
  })

  test('that were deleted are recalled from what was made under them', async () => {
    const scan = await made()
    scan.remove('Locate')
    expect(await scan.plan(toml)).toMatchObject({
      Locate: { do: 'leave' },
      Upper: { do: 'reuse' },
      Place: { do: 'reuse' },
    })
    // What no record tells of has to be made again, for the one that reads it.
    scan.archive = []
    scan.remove('Place')
    expect(await scan.plan(toml)).toMatchObject({
      Locate: { do: 'run', reason: { why: 'never-ran' } },
      Place: { do: 'run' },
    })
  })

  test('that are gone, and another making of them in the records, are not mixed up', async () => {
    const scan = await made('[Locate]\noffset = 2\n[Upper]\n[Place]\n')
    scan.remove('Locate')
    expect(await scan.plan(toml)).toMatchObject({
      Locate: { do: 'run' },
      Place: { do: 'maybe', reason: { why: 'follows', step: 'Locate' } },
    })
    expect(await scan.make(toml)).toEqual(['Locate', 'Place'])
    expect(scan.textOf('Place')).toBe('ONE{"pose":3} TWO{"pose":3}')
  })

  test('that were edited are no longer those of their key', async () => {
    const scan = await made()
    const [locate] = scan.filesets('Locate')
    scan.edit(locate, 'poses', 'by hand')
    scan.remove('Place')
    await scan.make(toml)
    scan.remove('Locate')
    expect(await scan.plan(toml)).toMatchObject({ Place: { do: 'reuse' }, Locate: { do: 'leave' } })
  })

  test('that were recalled are made again for a step that must run, before it is ready', async () => {
    const scan = new MemoryScan({ a: { text: 'one', metadata: { channel: 'rgb' } }, b: 'two' })
    // Not of all photographs: that one of them has a pose is enough.
    scan.tasks = tasks.map((task) =>
      task.name === 'Locate' && task.is === 'computing'
        ? { ...task, params: { ...task.params, query: param.query() } }
        : task.name === 'Place' && task.is === 'computing'
          ? { ...task, params: { ...task.params, word: param.string({ default: '', doc: '' }) } }
          : task,
    )
    const some = '[Locate.query]\nchannel = "rgb"\n[Upper]\n[Place]\n'
    await scan.make(some)
    scan.remove('Locate')
    const plan = await scan.planned(`${some}word = "x"\n`)
    expect(plan.get('Locate')?.decision).toMatchObject({
      do: 'run',
      reason: { why: 'deleted', reader: 'Place' },
    })
    expect(plan.get('Place')?.decision).toMatchObject({ do: 'run', reason: { why: 'parameter' } })
    expect([...plan].filter(([, { ready }]) => ready).map(([name]) => name)).toEqual(['Locate'])
  })

  test('of several steps that are gone are all made, if no record tells what they were', async () => {
    const locating = tasks.find(({ name }) => name === 'Locate')!
    const scan = new MemoryScan(photographs)
    scan.tasks = [
      ...tasks,
      { ...locating, name: 'Relocate' },
      defineTask({
        name: 'Poses',
        version: 1,
        summary: '',
        inputs: {
          from_upper: files(texts, { default: 'Upper', reads: ['pose'] }),
          from_images: files(texts, { default: 'ImagesFilesetExists', reads: ['pose'] }),
          one: annotations({ default: 'Locate' }),
          other: annotations({ default: 'Relocate' }),
        },
        params: {},
        output: text,
        run: () => '',
      }),
    ]
    await scan.make('[Poses]')
    scan.remove('Locate', 'Relocate', 'Poses')
    scan.archive = scan.archive.filter(({ task }) => task !== 'Poses')
    const run = { do: 'run' }
    expect(await scan.plan('[Poses]')).toMatchObject({ Locate: run, Relocate: run, Poses: run })
    // Whatever else it waits for.
    expect(await scan.plan('[Poses]', { forced: ['Upper'] })).toMatchObject({
      Upper: run,
      Locate: run,
      Relocate: run,
    })
  })

  test('of a step that reads no metadata are asked of nobody', async () => {
    const scan = await made('[Warp]\n[Join]\nupstream_task = "Warp"\n')
    scan.remove('Locate')
    const other = '[Warp]\n[Join]\nupstream_task = "Warp"\nseparator = "+"\n'
    expect(await scan.plan(other)).toMatchObject({
      Locate: { do: 'leave' },
      Warp: { do: 'reuse' },
      Join: { do: 'run' },
    })
    const [warp] = scan.filesets('Warp')
    scan.lose(warp, 'a')
    expect(await scan.plan(other)).toMatchObject({
      Locate: { do: 'run', reason: { why: 'deleted', reader: 'Warp' } },
      Warp: { do: 'run', reason: { why: 'files-missing' } },
    })
  })
})

describe('a step that must run', () => {
  test('is not ready while what it reads is only in the records', async () => {
    const scan = await made('[Upper]\n[Join]\n[Count]\n')
    scan.remove('Upper', 'Join')
    const plan = await scan.planned('[Upper]\n[Join]\n[Count]\nbase = 2\n')
    expect(plan.get('Count')?.decision).toMatchObject({ do: 'run' })
    expect([...plan].filter(([, { ready }]) => ready).map(([name]) => name)).toEqual(['Upper'])
  })

  test('is not ready while one of several inputs is only in the records', async () => {
    const scan = new MemoryScan(photographs)
    const both = (version: number) =>
      defineTask({
        name: 'Both',
        version,
        summary: '',
        inputs: {
          from_images: files(texts, { default: 'ImagesFilesetExists' }),
          from_upper: files(texts, { default: 'Upper' }),
        },
        params: {},
        output: text,
        run: () => '',
      })
    scan.tasks = [...tasks, both(1)]
    await scan.make('[Both]')
    scan.remove('Upper')
    scan.tasks = [...tasks, both(2)]
    const plan = await scan.planned('[Both]')
    expect(plan.get('Both')?.decision).toMatchObject({ do: 'run', reason: { why: 'version' } })
    expect([...plan].filter(([, { ready }]) => ready).map(([name]) => name)).toEqual(['Upper'])
  })

  test('has in its plan what it will be made from', async () => {
    const scan = await made('[Upper]\n')
    const plan = await scan.planned('[Upper]\n[Join]\n')
    const ready = plan.get('Join')?.ready
    expect(ready?.inputs['upstream_task']).toMatchObject({
      from: 'Upper',
      lineage: expect.any(Array),
    })
    expect(ready?.inputs['upstream_task'].lineage).toEqual([...scan.filesets('Upper'), 'images'])
    expect(ready?.annotators.size).toBe(0)
    expect(ready).not.toHaveProperty('replaces')
    const locating = await (await made('[Locate]\n[Upper]\n')).planned(toml)
    const annotators = locating.get('Place')?.ready?.annotators
    expect([...(annotators ?? [])].map(([name]) => name)).toEqual(['Locate'])
    expect(annotators?.get('Locate')?.annotations?.get('images/a')).toEqual({ pose: 3 })
  })

  test('finds its photographs under the name that they have today', async () => {
    const scan = new MemoryScan()
    for (const id of ['images', 'again'])
      scan.put(id, { a: { text: 'one', metadata: { camera: id } } })
    const from = (id: string) => `[ImagesFilesetExists]\nfileset_id = "${id}"\n[Upper]\n[Measure]\n`
    await scan.make(from('images'))
    expect(await scan.plan(from('again'))).toMatchObject({
      Upper: { do: 'reuse' },
      Measure: { do: 'run', reason: { metadata: [{ key: 'camera' }] } },
    })
    await scan.make(from('again'))
    expect(scan.textOf('Measure')).toBe('ONE{"camera":"again"}')
    // Also through a fileset that is gone, of which only records tell.
    scan.remove('Upper')
    for (const id of ['images', 'again'])
      expect(await scan.plan(from(id))).toMatchObject({ Measure: { do: 'reuse' } })
    scan.put('again', { a: { text: 'one', metadata: { camera: 'new' } } })
    expect(await scan.plan(from('images'))).toMatchObject({ Measure: { do: 'reuse' } })
    expect(await scan.plan(from('again'))).toMatchObject({
      Measure: { do: 'run', reason: { metadata: [{ key: 'camera' }] } },
    })
  })

  test('sees the unit that the pipeline sets before that of the scan', async () => {
    const scan = new MemoryScan({ a: 'one' })
    scan.metadata = { unit: 'cm' }
    await scan.make('[Measure]')
    expect(scan.textOf('Measure')).toBe('ONE {"unit":"cm"}')
    await scan.make('[romi]\nunit = "mm"\n[Measure]')
    expect(scan.textOf('Measure')).toBe('ONE {"unit":"mm"}')
  })
})

describe('a decision is data: what does not hold has no member', () => {
  test('of reuse, of a run, and of what is left', async () => {
    const scan = await made('[Upper]\n')
    const plan = await scan.plan('[Upper]\n[Join]\n')
    const [upper] = scan.filesets('Upper')
    expect(plan['Upper']).toStrictEqual({ do: 'reuse', fileset: upper, edited: [] })
    expect(plan['Join']).toStrictEqual({ do: 'run', reason: { why: 'never-ran' } })
    expect([...(await scan.planned('[Upper]\n')).values()][1]).not.toHaveProperty('ready')
  })

  test('with the checks and the last word of its result, where it has any', async () => {
    const scan = await made('[Letters]\n[Tally]\n')
    const [tally] = scan.filesets('Tally')
    expect(await scan.plan('[Letters]\n[Tally]\n')).toMatchObject({
      Tally: { do: 'reuse', fileset: tally, checks: [{ check: 'texts', is: 'unknown' }] },
    })
    scan.says.set('Upper', '2 texts')
    await scan.make('[Upper]')
    const [upper] = scan.filesets('Upper')
    expect((await scan.plan('[Upper]'))['Upper']).toStrictEqual({
      do: 'reuse',
      fileset: upper,
      edited: [],
      said: '2 texts',
    })
  })

  test('of a parameter and of metadata', () => {
    const next = {
      version: 1,
      code: undefined,
      params: { a: 1 },
      neutral: {},
      lines: {},
      inputs: {
        slot: { step: 'Upper', ...inputOf({ files: [seenFile('a', { metadata: { k: '1' } })] }) },
      },
    }
    const record = recordWith({ inputs: { slot: inputOf({ files: [seenFile('a')] }) } })
    expect(differences(record, next)).toStrictEqual([
      { why: 'parameter', changes: [{ name: 'a', from: undefined, to: 1 }] },
      {
        why: 'input-changed',
        slot: 'slot',
        step: 'Upper',
        added: [],
        removed: [],
        changed: [],
        metadata: [{ key: 'k', files: ['a'], values: { to: '1' } }],
      },
    ])
    const back = recordWith({
      inputs: { slot: inputOf({ files: [seenFile('a', { metadata: { k: '1', l: '2' } })] }) },
    })
    expect(nearestReason([back], { ...next, params: {} })).toMatchObject({
      metadata: [{ key: 'l', values: { from: '2' } }],
    })
    const [reason] = differences(back, { ...next, params: {} })
    expect('metadata' in reason && reason.metadata[0].values).toStrictEqual({ from: '2' })
  })
})

test('a task of another version makes its step anew, and digests tell one from the other', async () => {
  const scan = await made('[Upper]\n')
  scan.tasks = tasks.map((task) =>
    task.name === 'Upper' && task.is === 'computing' ? { ...task, version: 2 } : task,
  )
  expect(await scan.plan('[Upper]\n')).toMatchObject({
    Upper: { do: 'run', reason: { why: 'version', from: 1, to: 2 } },
  })
  expect(digest('a')).not.toBe(digest('b'))
})
