import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import {
  circle,
  group,
  line,
  translated,
  polyline,
  rectangle,
  renderSvg,
  svgCodec,
  text,
  titled,
  writeSvg,
} from '../../src/io/svg.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const picture = {
  width: 20,
  height: 10,
  shapes: [
    translated(1, 2.001, [line(0, 0, 1.005, 0.1 + 0.2)]),
    group({ fill: 'red' }, [circle(5, 5, 2), rectangle(0, 0, 3, 3, { stroke: undefined })]),
    polyline([
      [0, 0],
      [1, -0],
    ]),
    titled(text(1, 1, 'a < b & "c"'), '5 > 3'),
  ],
}

describe('SVG', () => {
  test('the bytes of a picture are these', () => {
    expect(renderSvg(picture))
      .toBe(`<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10" font-family="sans-serif" font-size="12">
  <rect x="0" y="0" width="20" height="10" fill="#ffffff"/>
  <g transform="translate(1 2)">
    <line x1="0" y1="0" x2="1" y2="0.3"/>
  </g>
  <g fill="red">
    <circle cx="5" cy="5" r="2"/>
    <rect x="0" y="0" width="3" height="3"/>
  </g>
  <polyline points="0,0 1,0" fill="none"/>
  <text x="1" y="1">a &lt; b &amp; &quot;c&quot;<title>5 &gt; 3</title></text>
</svg>
`)
  })

  test('any text and any attribute value gives a picture that a parser takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (content) => {
        const svg = renderSvg({
          width: 4,
          height: 4,
          shapes: [text(0, 0, `${content}\u0000\uD800`, { class: content })],
        })
        const { width, height } = await sharp(Buffer.from(svg)).metadata()
        expect([width, height]).toEqual([4, 4])
      }),
      { numRuns: 60 },
    )
  })

  test('scripts, links and numbers that are none are refused', () => {
    for (const shape of [
      circle(0, 0, 1, { onclick: 'alert(1)' }),
      circle(0, 0, 1, { href: 'http://example.org' }),
      circle(0, 0, 1, { 'a b="': 1 }),
      circle(0, NaN, 1),
    ])
      expect(() => renderSvg({ width: 1, height: 1, shapes: [shape] })).toThrow(
        expect.objectContaining({ code: 'io/unwritable' }),
      )
  })

  test('a file is written, and read as text; without its end it is unreadable', async () => {
    const file = memoryFile('phyllotaxis')
    await writeSvg(file, picture)
    expect(file.filename).toBe('phyllotaxis.svg')
    expect(await svgCodec.decode(file.bytes, 'x')).toBe(renderSvg(picture))
    expect(await decodedOrUnreadable(svgCodec, file.bytes.subarray(0, -4))).toBeUndefined()
  })
})
