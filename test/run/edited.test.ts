// What was edited or damaged by hand is never overwritten, nor trusted.
import { describe, expect, test } from 'vitest'
import { filesetArtifact } from '../../src/task/artifact.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { pipeline, Rig } from '../support/rig.ts'
import { texts } from '../support/tasks.ts'

describe('edits', () => {
  test('an edited output is new content downstream, told of, and never overwritten', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const [id] = await rig.filesets('Upper')
    rig.edit(id, 'b.txt', 'by hand')
    expect(await rig.plan(pipeline)).toMatchObject({ Upper: { do: 'reuse', edited: ['b'] } })
    const again = await rig.run(pipeline)
    expect(again.ran).toEqual(['Join', 'Count'])
    expect(await rig.textOf('Join')).toBe('ONE by hand THREE')
    expect(await rig.textOf('Upper', 'b')).toBe('by hand')
  })

  test('a damaged output, that cannot be read any more, reruns its step', async () => {
    const rig = await Rig.make()
    await rig.run(pipeline)
    const [id] = await rig.filesets('Upper')
    rig.edit(id, 'b.txt', 'half a\0')
    expect(await rig.plan(pipeline)).toMatchObject({
      Upper: { do: 'run', reason: { why: 'files-missing', files: ['b'] } },
    })
    await rig.run(pipeline)
    expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
  })

  test('an edited file named annotations is an edit where the task annotates nothing', async () => {
    const rig = await Rig.make({ annotations: 'one' })
    await rig.run('[Upper]')
    const [id] = await rig.filesets('Upper')
    rig.edit(id, 'annotations.txt', 'by hand')
    const edited = { do: 'reuse', fileset: id, edited: ['annotations'] }
    expect(await rig.plan('[Upper]')).toMatchObject({ Upper: edited })
  })
})

describe('a file of an earlier variant', () => {
  test('that is edited after it was looked at is not taken over, but made anew', async () => {
    const rig = await Rig.make({ a: 'one', b: 'two' })
    await rig.run('[Upper]')
    const [earlier] = await rig.filesets('Upper')
    await rig.photograph({ b: 'other', c: 'three' })
    let isFirst = true
    const ran = await rig.run('[Upper]', {
      tell: (event) => {
        // The earlier variant was looked at for `a`; now it is asked for `b`, too.
        if (event.is !== 'progress' || !isFirst) return
        isFirst = false
        rig.edit('images', 'b.txt', 'two')
        rig.edit(earlier, 'b.txt', 'own')
      },
    })
    expect(ran.made('Upper')).toBe(1)
    expect(await rig.textOf('Upper', 'b')).toBe('TWO')
    expect(await rig.plan('[Upper]')).toMatchObject({ Upper: { do: 'reuse', edited: [] } })
  })
})

describe('annotations', () => {
  test('that cannot be read any more rerun their step', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]')
    const [id] = await rig.filesets('Locate')
    rig.edit(id, 'annotations.json', '{"images": {"a"')
    expect(await rig.plan('[Place]')).toMatchObject({
      Locate: { do: 'run', reason: { why: 'files-missing', files: ['annotations'] } },
    })
    expect((await rig.run('[Place]')).ran).toEqual(['Locate'])
  })

  test('that were edited are what readers see', async () => {
    const rig = await Rig.make()
    await rig.run('[Place]')
    const [id] = await rig.filesets('Locate')
    rig.edit(id, 'annotations.json', '{"images": {"a": {"pose": 7}}}')
    expect((await rig.run('[Place]')).ran).toEqual(['Place'])
    expect(await rig.textOf('Place')).toBe('a@7 b@undefined c@undefined')
  })

  test.each([
    ['NaN', Number.NaN],
    ['a typed array', new Float64Array([1, 2])],
  ])('that are no JSON, such as %s, are a fault of their task', async (_, pose) => {
    const rig = await Rig.make()
    const pointing = filesetArtifact<'pointing', unknown>({
      name: 'pointing',
      doc: 'a pose for a photograph',
      read: () => Promise.resolve(undefined),
      // Against the types, as a module in JavaScript may.
      write: async (value, output) =>
        output.annotate({ fileset: 'images', file: 'a' }, { pose: value as never }),
    })
    const point = defineTask({
      name: 'Point',
      version: 1,
      summary: 'Attaches what is no JSON.',
      inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
      params: {},
      annotates: true,
      output: pointing,
      run: () => pose,
    })
    rig.tasks = [...rig.tasks, point]
    expect((await rig.run('[Point]')).code).toBe(30)
    expect(await rig.filesets('Point')).toEqual([])
  })

  test('annotations of a task that does not declare them are an error of the task', async () => {
    const rig = await Rig.make()
    rig.tasks = rig.tasks.map((task) =>
      task.name === 'Locate' && task.is === 'computing' ? { ...task, annotates: undefined } : task,
    )
    const ran = await rig.run('[Place]')
    expect(ran.code).toBe(30)
    expect(await rig.filesets('Locate')).toEqual([])
  })
})
