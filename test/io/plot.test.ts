import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { drawPlots, type Plot } from '../../src/io/plot/index.ts'
import { niceTicks } from '../../src/io/plot/ticks.ts'
import { renderSvg } from '../../src/io/svg.ts'

const count = (svg: string, tag: string): number => svg.split(`<${tag} `).length - 1
const drawn = (...plots: Plot[]): string => renderSvg(drawPlots(plots))
const axes = { x: { label: 'organ' }, y: { label: 'angle (°)' } }

describe('ticks', () => {
  test.each([
    [0, 10, 5, ['0', '2', '4', '6', '8', '10']],
    [-0.3, 0.3, 3, ['-0.2', '0.0', '0.2']],
    [0, 360, 4, ['0', '100', '200', '300']],
    [1e6, 1.00001e6, 2, ['1000000', '1000005', '1000010']],
  ])('ticks from %d to %d are round', (min, max, wanted, labels) => {
    expect(niceTicks(min, max, wanted).labels).toEqual(labels)
  })

  test('they lie within the range, are few, and their labels differ', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (min, length, wanted) => {
          const { values, labels } = niceTicks(min, min + length, wanted)
          expect(values.length).toBeLessThanOrEqual(wanted + 1)
          expect(new Set(labels).size).toBe(labels.length)
          const air = 1e-6 * length
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(min - air)
            expect(value).toBeLessThanOrEqual(min + length + air)
          }
        },
      ),
    )
  })
})

describe('a plot', () => {
  test('shows each finite point once; others interrupt a line', () => {
    const xy = [
      [1, 2],
      [2, NaN],
      [3, 4],
      [4, 5],
    ] as const
    const points = drawn({ ...axes, series: [{ as: 'points', xy }] })
    expect(count(points, 'circle')).toBe(3)
    const lines = drawn({ ...axes, series: [{ as: 'line', xy }] })
    expect(count(lines, 'polyline')).toBe(2)
    const bars = drawn({ ...axes, series: [{ as: 'bars', xy }] })
    expect(count(bars, 'rect')).toBe(2 + 3)
  })

  test('leaves out what its range excludes', () => {
    const y = { label: 'y', min: 0, max: 3 }
    const xy = [
      [1, 2],
      [2, 4],
    ] as const
    expect(count(drawn({ ...axes, y, series: [{ as: 'points', xy }] }), 'circle')).toBe(1)
  })

  test('a plot of no data, and of one point, is drawn', async () => {
    for (const xy of [[], [[5, 5]]] as const) {
      const svg = drawn({ ...axes, title: 'few', series: [{ as: 'line', xy, label: 'none' }] })
      expect((await sharp(Buffer.from(svg)).metadata()).width).toBe(720)
    }
  })

  test('names stand on no other name, however near their points are', () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }))
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 40 }), (xy) => {
        const names = xy.map((_, i) => String(i + 1))
        const svg = drawn({ ...axes, series: [{ as: 'points', xy, names }] })
        const boxes = [
          ...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" font-size="10"[^>]*>(\d+)</g),
        ].map(([, x, y, name]) => ({ x: Number(x), y: Number(y), width: 5.5 * name.length }))
        expect(boxes).toHaveLength(xy.length)
        for (const [i, a] of boxes.entries())
          for (const b of boxes.slice(i + 1))
            expect(a.x + a.width > b.x && b.x + b.width > a.x && Math.abs(a.y - b.y) < 9.9).toBe(
              false,
            )
      }),
      { numRuns: 30 },
    )
  })

  test('a plot of what is counted has whole numbers on its axis', () => {
    expect(niceTicks(0.4, 3.6, 12, undefined, true).labels).toEqual(['1', '2', '3'])
    expect(niceTicks(0.4, 41.6, 10, undefined, true).labels).toEqual([
      '5',
      '10',
      '15',
      '20',
      '25',
      '30',
      '35',
      '40',
    ])
  })

  test('a legend without room beside the title stands below it, each label once', () => {
    const label = 'a series with a long name'
    const series = [1, 2, 3].map(
      (i) =>
        ({
          as: 'line',
          xy: [
            [0, i],
            [1, i],
          ],
          label: `${label} ${i % 2}`,
        }) as const,
    )
    const svg = drawn({ ...axes, width: 300, title: 'a title of some length', series })
    expect(svg.match(/a series with a long name [01]</g)).toHaveLength(2)
    const heights = [...svg.matchAll(/y="(\d+)"[^>]*>a series with a long name/g)].map((match) =>
      Number(match[1]),
    )
    expect(Math.min(...heights)).toBeGreaterThan(20)
  })

  test('a plot of a map has one scale on both axes', () => {
    const square = [
      [0, 0],
      [100, 0],
      [100, 100],
    ] as const
    const svg = drawn({ ...axes, isMap: true, series: [{ as: 'points', xy: square }] })
    const [a, b, c] = [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map((match) => [
      Number(match[1]),
      Number(match[2]),
    ])
    expect(b[0] - a[0]).toBeCloseTo(b[1] - c[1], 1)
  })

  test('stands beside the one before it in a list, the next row below the higher of them', () => {
    const plot = { ...axes, series: [{ as: 'points', xy: [[1, 1]] }] } as const
    const { width, height, shapes } = drawPlots([
      [
        { ...plot, width: 300, height: 200 },
        { ...plot, width: 400 },
      ],
      plot,
    ])
    expect([width, height]).toEqual([720, 640])
    const places = shapes.map(({ attributes }) => attributes.transform)
    expect(places).toEqual(['translate(0 0)', 'translate(300 0)', 'translate(0 320)'])
  })

  test('stands below the one before it, and names and labels are escaped', () => {
    const series = [{ as: 'points', xy: [[1, 1]], names: ['<1>'], label: 'a & b' }] as const
    const picture = drawPlots([
      { ...axes, series },
      { ...axes, height: 100, series },
    ])
    expect([picture.width, picture.height]).toEqual([720, 420])
    const svg = renderSvg(picture)
    expect(svg).toContain('&lt;1&gt;')
    expect(svg).toContain('a &amp; b')
    expect(svg).toBe(
      renderSvg(
        drawPlots([
          { ...axes, series },
          { ...axes, height: 100, series },
        ]),
      ),
    )
  })
})
