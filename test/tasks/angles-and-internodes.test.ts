// AnglesAndInternodes: from TreeGraph.json to angles, internodes, a table and a picture.
import { describe, expect, test } from 'vitest'
import type { TreeGraph, TreeNode } from '../../src/geometry/tree/tree-graph.ts'
import type { CheckReport } from '../../src/plan/check-report.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import type { CorrectionList } from '../../src/geometry/phyllotaxis/parse-corrections.ts'
import type { MeasuredPhyllotaxis } from '../../tasks/artifacts/phyllotaxis.ts'
import task from '../../tasks/angles-and-internodes.ts'

/** A stem along z, its points 1 apart, with organs at 45° to it that `turn` aside up to their tips. */
function graph(
  organs: readonly { z: number; azimuth: number; length: number; turn?: number }[],
): TreeGraph {
  const nodes: TreeNode[] = Array.from({ length: 120 }, (_, z) => ({
    position: [0, 0, z],
    labels: ['stem'],
    mainStemId: z,
    radius: 1,
  }))
  const edges = Array.from({ length: 119 }, (_, z) => ({ from: z, to: z + 1, weight: 1 }))
  organs.forEach(({ z, azimuth, length, turn = 0 }, rank) => {
    let [x, y] = [0, 0]
    for (let r = 1; r <= length; r++) {
      const phi = ((azimuth + (turn * r) / length) * Math.PI) / 180
      x += Math.SQRT1_2 * Math.cos(phi)
      y += Math.SQRT1_2 * Math.sin(phi)
      edges.push({ from: r === 1 ? z : nodes.length - 1, to: nodes.length, weight: 1 })
      nodes.push({
        position: [x, y, z + r * Math.SQRT1_2],
        labels: ['fruit'],
        fruitId: rank,
        radius: 1,
      })
    }
  })
  return { nodes, edges }
}

const organs = [
  { z: 20, azimuth: 10, length: 20 },
  { z: 45, azimuth: 150, length: 20 },
  { z: 60, azimuth: 260, length: 8 },
  { z: 80, azimuth: 20, length: 20 },
]

async function tried(params = {}, scan: JsonObject = {}) {
  return runTask<MeasuredPhyllotaxis>(task, {
    inputs: { upstream_task: graph(organs) },
    params,
    scan,
  })
}

describe('AnglesAndInternodes', () => {
  test('finds the turns and distances between organs', async () => {
    const { value } = await tried()
    expect(value.angles).toHaveLength(3)
    ;[140, 110, 120].forEach((angle, i) => expect(value.angles[i]).toBeCloseTo(angle, 6))
    ;[25, 15, 20].forEach((d, i) => expect(value.internodes[i]).toBeCloseTo(d, 6))
  })

  test('takes a graph of another program, whose ranks leave gaps and whose organs touch', async () => {
    const { nodes, edges } = graph(organs)
    const ranked = nodes.map(({ mainStemId, ...node }) => ({
      ...node,
      ...(mainStemId !== undefined && { mainStemId: 2 * mainStemId + 1 }),
    }))
    const of = nodes.flatMap(({ fruitId }, v) => (fruitId === 3 ? [v] : []))
    const touching = [...edges, { from: of[4], to: of[9], weight: 5 }]
    const other = await runTask<MeasuredPhyllotaxis>(task, {
      inputs: { upstream_task: { nodes: ranked, edges: touching } },
    })
    const { value } = await tried()
    expect(other.value.angles).toHaveLength(3)
    other.value.angles.forEach((angle, i) => expect(angle).toBeCloseTo(value.angles[i], 6))
  })

  test('takes the direction of organs that turn aside near the stem', async () => {
    const turns = [15, -15, 15, -15]
    const turning = organs.map((organ, i) => ({ ...organ, length: 30, turn: turns[i] }))
    const { value } = await runTask<MeasuredPhyllotaxis>(task, {
      inputs: { upstream_task: graph(turning) },
    })
    ;[140, 110, 120].forEach((angle, i) =>
      expect(Math.abs(value.angles[i] - angle)).toBeLessThan(6),
    )
  })

  test('keeps ROMI’s keys and adds units, handedness and organs', async () => {
    const { bytes } = await tried({}, { unit: 'mm' })
    expect([...bytes.keys()].sort()).toEqual([
      'AnglesAndInternodes.json',
      'organs-columns.txt',
      'organs.csv',
      'phyllotaxis.svg',
    ])
    const json = (await io.jsonCodec.decode(
      bytes.get('AnglesAndInternodes.json') ?? new Uint8Array(),
      '',
    )) as JsonObject
    expect(json).toMatchObject({
      angle_unit: 'degree',
      length_unit: 'mm',
      genetic_spiral: 'counter-clockwise',
    })
    expect(json.fruit_points).toHaveLength(4)
    expect(json.organs).toHaveLength(4)
  })

  test('the table has a row an organ, the last without a next', async () => {
    const { bytes } = await tried()
    const { columns, rows } = await io.csvCodec.decode(
      bytes.get('organs.csv') ?? new Uint8Array(),
      '',
    )
    expect(rows).toHaveLength(4)
    expect(rows[3][columns.indexOf('angle')]).toBe('')
    expect(Number(rows[1][columns.indexOf('z')])).toBeCloseTo(45, 6)
  })

  test('the table says each unit, folds the angles of a clockwise spiral, and has a dictionary', async () => {
    const mirrored = organs.map(({ azimuth, ...organ }) => ({ ...organ, azimuth: -azimuth }))
    const { bytes } = await runTask(task, {
      inputs: { upstream_task: graph(mirrored) },
      scan: { unit: 'mm' },
    })
    const { columns, rows } = await io.csvCodec.decode(bytes.get('organs.csv')!, '')
    const column = (name: string) => rows.map((row) => row[columns.indexOf(name)])
    expect(column('angle')).toEqual(['220', '250', '240', ''])
    expect(column('angle_folded')).toEqual(['140', '110', '120', ''])
    expect(column('internode')).toEqual(['25', '15', '20', ''])
    expect(new Set(column('length_unit'))).toEqual(new Set(['mm']))
    // no more digits than tenths of degrees and hundredths of mm
    for (const name of ['azimuth', 'length', 'x', 'dx', 'confidence'])
      for (const cell of column(name)) expect(String(cell)).toMatch(/^-?\d+(\.\d{1,3})?$/)
    const dictionary = Buffer.from(bytes.get('organs-columns.txt')!).toString()
    for (const name of columns)
      expect(dictionary).toMatch(new RegExp(`^${name} +(degree|mm|-) `, 'm'))
    const picture = Buffer.from(bytes.get('phyllotaxis.svg')!).toString()
    expect(picture).toContain('folded (360° − angle)')
    expect(picture).toContain('internode (mm)')
  })

  test('the picture names scan, variant and date, which are of the scan and not of the clock', async () => {
    const { bytes } = await tried({}, { date: '2026-03-02 10:00:00' })
    const picture = Buffer.from(bytes.get('phyllotaxis.svg')!).toString()
    expect(picture).toContain('>trial<')
    expect(picture).toMatch(/scanned 2026-03-02 10:00:00, variant AnglesAndInternodes_\w+</)
    expect(picture).toContain('internode (unit not stated)')
    const undated = await tried()
    expect(Buffer.from(undated.bytes.get('phyllotaxis.svg')!).toString()).not.toContain('scanned')
  })

  test('leaves out organs shorter than min_fruit_size', async () => {
    const { value } = await tried({ min_fruit_size: 12 })
    expect(value.angles).toHaveLength(2)
    expect(value.angles[1]).toBeCloseTo(230, 6)
  })

  test('counts the kinds that are asked for, and tells all', async () => {
    const { value, bytes } = await tried({ kinds: ['branch', 'fruit'] })
    expect(value.angles).toHaveLength(3)
    const none = await tried({ kinds: ['flower'] })
    expect(none.value.angles).toEqual([])
    expect(none.warnings).toEqual([expect.stringContaining('4 fruit')])
    const told = async (of: ReadonlyMap<string, Uint8Array>) =>
      (await io.jsonCodec.decode(
        of.get('AnglesAndInternodes.json') ?? new Uint8Array(),
        '',
      )) as JsonObject
    expect(await told(bytes)).toMatchObject({ organ_kinds: { fruit: 4 } })
    const { organs: all, fruit_points: points } = await told(none.bytes)
    expect(points).toEqual([])
    expect(all).toHaveLength(4)
    expect(all).toContainEqual(
      expect.objectContaining({ kind: 'fruit', counted: false, straightness: 1, twigs: 0 }),
    )
  })

  test('reads the kinds of the counted organs back', async () => {
    const { value } = await tried()
    expect(value.kinds).toEqual(['fruit', 'fruit', 'fruit', 'fruit'])
  })

  test('warns where there is no angle to measure', async () => {
    const { value, warnings } = await tried({ min_fruit_size: 100 })
    expect(value.angles).toEqual([])
    expect(warnings).toHaveLength(1)
  })

  test('AnglesAndInternodes is made once, and to the same bytes', async () => {
    await (await tried()).expectIncremental()
  })
})

describe('corrections by hand', () => {
  const list = (unit: string, corrections: CorrectionList['corrections']) => ({
    version: 1 as const,
    unit,
    corrections,
  })
  const corrected = (value: CorrectionList) =>
    runTask<MeasuredPhyllotaxis>(task, {
      inputs: { upstream_task: graph(organs), upstream_corrections: value },
      scan: { unit: 'mm' },
    })
  const openOf = (checks: readonly CheckReport[]) =>
    checks.find(({ check }) => check === 'open_corrections')
  const second = { id: 'gone', do: 'remove', at: [0, 0, 45], why: 'a thread' } as const

  test('change angles and internodes, and are marked in every file', async () => {
    const added = { id: 'new', do: 'add', at: [0, 0, 100], tip: [0, 20, 110] } as const
    const result = await corrected(list('mm', [second, added]))
    const { value, bytes } = result
    expect(value.angles).toHaveLength(3)
    expect(value.angles[0]).toBeCloseTo(250, 0)
    expect(value.internodes[2]).toBeCloseTo(20, 1)
    const told = JSON.parse(text(bytes.get('AnglesAndInternodes.json'))) as JsonObject
    expect(told).toMatchObject({
      corrections: [
        { id: 'gone', is: 'applied' },
        { id: 'new', is: 'applied' },
      ],
      removed: [{ correction: 'gone' }],
    })
    const csv = text(bytes.get('organs.csv'))
    expect(csv.split('\n')[0]).toMatch(/,corrected\s*$/)
    expect(csv).toContain('add new')
    expect(csv).toMatch(/,0,[^\n]*,remove gone\s*$/m) // its row is not counted
    expect(csv.trim().split('\n')).toHaveLength(1 + 5)
    expect(text(bytes.get('phyllotaxis.svg'))).toContain('removed by hand')
    expect(openOf(result.checks)).toMatchObject({ is: 'fine', range: { least: 0 } })
  })

  test('in cm mean the same places of a scan in mm', async () => {
    const { value } = await corrected(list('cm', [{ ...second, at: [0, 0, 4.5] }]))
    expect(value.angles).toHaveLength(2)
  })

  test('that mean no organ are told by a check, and change nothing', async () => {
    const result = await corrected(list('mm', [{ ...second, at: [0, 0, 105] }]))
    expect(result.value.angles).toHaveLength(3)
    expect(openOf(result.checks)).toMatchObject({
      is: 'broken',
      broken: [{ value: 1, note: 'gone means none' }],
    })
  })

  test('that are not there leave no trace in any file', async () => {
    const { bytes } = await tried()
    expect(text(bytes.get('AnglesAndInternodes.json'))).not.toContain('correct')
    expect(text(bytes.get('organs.csv'))).not.toContain('correct')
  })
})

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
