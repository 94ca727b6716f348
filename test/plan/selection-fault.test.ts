// What a step cannot work on, and what is told of it: what was there, and what would help.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { whyUnusable } from '../../src/plan/loss.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { tasks, texts } from '../support/tasks.ts'

const letters = 'a b c d e f g h i j k l m n o p q r s t'.split(' ')

/** Photographs with these metadata, called `a`, `b` …, or as told. */
const scanOf = (all: readonly JsonObject[], ids: readonly string[] = letters) =>
  new MemoryScan(Object.fromEntries(all.map((metadata, i) => [ids[i], { text: ids[i], metadata }])))

/** Why `Upper` stops on a scan; with a query, or none. */
async function whyOf(scan: MemoryScan, query: string = '', step = 'Upper'): Promise<string> {
  const { [step]: decision } = await scan.plan(`[${step}]\n${query}`)
  expect(decision).toMatchObject({ do: 'stop', cause: 'missing' })
  return decision.do === 'stop' ? decision.why : ''
}

const nothing = 'Upper finds nothing to work on through upstream_task: '
const red = 'query = { channel = "red" }'
const excluded = { excluded: true }

describe('a step that finds no file', () => {
  test('says whether there is none', async () => {
    expect(await whyOf(new MemoryScan())).toBe(`${nothing}images holds no file`)
  })

  test('says that all are left out', async () => {
    expect(await whyOf(scanOf([excluded]), red)).toBe(
      `${nothing}all of its 1 file is left out (a): romi-run include takes it back`,
    )
    expect(await whyOf(scanOf([excluded, excluded]))).toBe(
      `${nothing}all of its 2 files are left out (a, b): romi-run include takes them back`,
    )
  })

  test('says what its query would find, and what is left out besides', async () => {
    const rgb = { channel: 'rgb' }
    expect(await whyOf(scanOf([rgb, {}, { channel: 3 }, rgb]), red)).toBe(
      `${nothing}none of the files of images fits the query {"channel":"red"}; there are: a, b, c, d; their metadata has channel: "rgb", no value, 3`,
    )
    expect(await whyOf(scanOf([rgb, excluded]), red)).toBe(
      `${nothing}none of the files of images fits the query {"channel":"red"}; there are: a, b; their metadata has channel: "rgb"; 1 file is left out (b): romi-run include takes it back`,
    )
    const two = 'query = { channel = "red", shot = 1 }'
    expect(await whyOf(scanOf([rgb]), two)).toMatch(/has channel: "rgb"; shot: no value$/)
  })

  test('names the first of many files and values', async () => {
    const all = letters.slice(10, 20).map((channel) => ({ channel }))
    expect(await whyOf(scanOf(all), red)).toMatch(
      /there are: a, b, c, d, e, … \(10 files\); their metadata has channel: "k", "l", "m", "n", "o", "p", "q", "r"$/,
    )
    expect(await whyOf(scanOf(all.slice(0, 5)), red)).toContain('there are: a, b, c, d, e; their')
  })

  test('of a slot for whole filesets, or one that came later, may go on', async () => {
    const scan = scanOf([{}])
    scan.tasks = [
      ...tasks,
      defineTask({
        name: 'Later',
        version: 1,
        summary: '',
        inputs: {
          upstream_task: files(texts, { default: 'ImagesFilesetExists' }),
          later: files(texts, { default: 'Letters', neutral: true }),
        },
        params: {},
        output: texts,
        each: 'upstream_task',
        run: () => '',
      }),
    ]
    scan.put('none', {})
    const adopting = '[Letters.romi]\nadopt = "none"\n'
    expect(await scan.plan(`${adopting}[Later]\n`)).toMatchObject({ Later: { do: 'run' } })
    expect(await scan.plan(`${adopting}[Tally]\n`)).toMatchObject({ Tally: { do: 'stop' } })
    expect(await scan.plan('[Join.romi]\nadopt = "none"\n[Count]\n')).toMatchObject({
      Count: { do: 'run' },
    })
  })
})

describe('a step that makes a file of each file', () => {
  test('cannot keep apart ids that differ in case only', async () => {
    expect(await whyOf(scanOf([{}, {}, {}], ['b', 'A', 'a']))).toBe(
      'Upper cannot keep apart A and a of images, which differ in case only: give one of them another id',
    )
    // One that makes one thing of all of them does.
    expect(await scanOf([{}, {}], ['A', 'a']).plan('[Locate]')).toMatchObject({
      Locate: { do: 'run' },
    })
  })

  test('needs a step that makes them', async () => {
    const scan = scanOf([{}])
    scan.tasks = [
      ...tasks,
      defineTask({
        name: 'Loose',
        version: 1,
        summary: '',
        inputs: { upstream_task: files(texts, { default: undefined }) },
        params: {},
        output: texts,
        each: 'upstream_task',
        run: () => '',
      }),
    ]
    expect(await whyOf(scan, '', 'Loose')).toBe(
      'Loose makes a file of each file of upstream_task, which names no step: name one',
    )
  })
})

describe('a fileset that cannot be read as it stands', () => {
  const fileset = (gone: readonly string[], unusable: readonly string[] = []) => ({
    id: 'images',
    metadata: {},
    own: {},
    lineage: [],
    maker: undefined,
    files: [],
    gone,
    unusable,
  })

  test('is one of which files are gone, if they are asked for', () => {
    expect(whyUnusable(fileset([]), 'plant')).toBeUndefined()
    const why = (names: string) =>
      `images of plant lists files that are gone (${names}): restore them, leave them out (romi-run exclude), or delete their entries in files.json`
    expect(whyUnusable(fileset(letters.slice(0, 7)), 'plant')).toBe(why('a, b, c, d, e and 2 more'))
    expect(whyUnusable(fileset(['a', 'b']), 'plant', (id) => id === 'b')).toBe(why('b'))
    expect(whyUnusable(fileset(['a', 'b']), 'plant', () => false)).toBeUndefined()
  })

  test('is one of which entries cannot be used, whatever is asked for', () => {
    const entries = letters.slice(0, 7).map((id) => `[0]: ${id}`)
    expect(whyUnusable(fileset([], entries), 'plant', () => false)).toBe(
      'files.json of plant has entries for images that cannot be used ([0]: a; [0]: b; [0]: c; [0]: d; [0]: e and 2 more): correct or delete them',
    )
  })
})
