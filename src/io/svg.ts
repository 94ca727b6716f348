// A small SVG builder: shapes as data, escaped when they are written, the same bytes every time.
import type { WritableFile } from '../base/file.ts'
import { Damage, defineCodec, unwritable, write, type Codec } from './codec.ts'
import { decodeText, encodeText } from './text.ts'

/** Presentation attributes by their SVG names, such as `stroke-width`; `undefined` is left out. */
export type SvgAttributes = Readonly<Record<string, string | number | undefined>>

/** A shape, a text or a group. Made by the functions below. */
export interface SvgElement {
  readonly tag: 'g' | 'line' | 'polyline' | 'circle' | 'rect' | 'text' | 'title'
  readonly attributes: SvgAttributes
  readonly children: readonly (SvgElement | string)[]
}

/** A picture: shapes on a white ground, in pixels from the upper left corner. */
export interface Svg {
  readonly width: number
  readonly height: number
  readonly shapes: readonly SvgElement[]
}

/** Shapes that share attributes. */
export const group = (attributes: SvgAttributes, shapes: readonly SvgElement[]): SvgElement => ({
  tag: 'g',
  attributes,
  children: shapes,
})

/** Shapes moved right and down. */
export const translated = (x: number, y: number, shapes: readonly SvgElement[]): SvgElement =>
  group({ transform: `translate(${formatNumber(x)} ${formatNumber(y)})` }, shapes)

export const line = (
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  attributes: SvgAttributes = {},
): SvgElement => shapeElement('line', { x1, y1, x2, y2, ...attributes })

/** A line through points, open and not filled unless the attributes say so. */
export const polyline = (
  points: readonly (readonly [x: number, y: number])[],
  attributes: SvgAttributes = {},
): SvgElement =>
  shapeElement('polyline', {
    points: points.map(([x, y]) => `${formatNumber(x)},${formatNumber(y)}`).join(' '),
    fill: 'none',
    ...attributes,
  })

export const circle = (
  cx: number,
  cy: number,
  r: number,
  attributes: SvgAttributes = {},
): SvgElement => shapeElement('circle', { cx, cy, r, ...attributes })

export const rectangle = (
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: SvgAttributes = {},
): SvgElement => shapeElement('rect', { x, y, width, height, ...attributes })

/** @param content any text: it is escaped */
export const text = (
  x: number,
  y: number,
  content: string,
  attributes: SvgAttributes = {},
): SvgElement => ({ tag: 'text', attributes: { x, y, ...attributes }, children: [content] })

/** A shape that shows `content` when the mouse rests on it. */
export const titled = (element: SvgElement, content: string): SvgElement => ({
  ...element,
  children: [...element.children, { tag: 'title', attributes: {}, children: [content] }],
})

const shapeElement = (tag: SvgElement['tag'], attributes: SvgAttributes): SvgElement => ({
  tag,
  attributes,
  children: [],
})

/**
 * The picture as SVG text.
 *
 * @throws RomiError `io/unwritable` at a number that is not finite
 */
export function renderSvg({ width, height, shapes }: Svg): string {
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${formatNumber(width)} ${formatNumber(height)}`,
    'font-family': 'sans-serif',
    'font-size': 12,
  }
  const ground = rectangle(0, 0, width, height, { fill: '#ffffff' })
  const lines = [ground, ...shapes].map((child) => render(child, '  '))
  return `<svg${formatAttributes(root)}>\n${lines.join('\n')}\n</svg>\n`
}

function render({ tag, attributes, children }: SvgElement, indent: string): string {
  const open = `${indent}<${tag}${formatAttributes(attributes)}`
  if (children.length === 0) return `${open}/>`
  // whitespace inside of a text would be seen
  if (tag === 'text' || tag === 'title')
    return `${open}>${children.map((child) => (typeof child === 'string' ? escape(child) : render(child, ''))).join('')}</${tag}>`
  const lines = children.map((child) =>
    typeof child === 'string' ? escape(child) : render(child, `${indent}  `),
  )
  return `${open}>\n${lines.join('\n')}\n${indent}</${tag}>`
}

function formatAttributes(attributes: SvgAttributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => {
      if (value === undefined) return ''
      // presentation only: neither scripts nor links
      if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name) || /^on|^href$/i.test(name))
        throw unwritable(`${name} is no attribute for a picture`)
      return ` ${name}="${typeof value === 'number' ? formatNumber(value) : escape(value)}"`
    })
    .join('')
}

/** Hundredths of a pixel are enough, and keep last bits of the arithmetic out of the file. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw unwritable(`${value} is no place in a picture`)
  return String(Math.round(value * 100) / 100 + 0)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Entities for what XML reserves; what XML 1.0 cannot hold at all becomes U+FFFD. */
function escape(content: string): string {
  return content
    .replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** An SVG file; maps to and from its text, as `renderSvg` makes it. */
export const svgCodec: Codec<string> = defineCodec<string>({
  name: 'an SVG picture',
  extensions: ['svg'],
  decode(bytes) {
    const content = decodeText(bytes)
    if (!/<svg[\s>]/.test(content) || !/<\/svg>\s*$/.test(content))
      throw new Damage('it is not SVG, or its end is missing')
    return content
  },
  encode: encodeText,
})

/** Writes a picture as SVG. */
export const writeSvg = (file: WritableFile, picture: Svg): Promise<void> =>
  write(svgCodec, file, renderSvg(picture))
