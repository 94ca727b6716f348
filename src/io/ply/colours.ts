// The colours of vertices, whatever a program calls them and however large its white is.
import { Damage } from '../codec.ts'
import type { Columns } from './body.ts'
import type { Scalar } from './header.ts'

/** What programs call red, green and blue; the first of them that is whole is taken. */
export const colourNames: readonly (readonly [string, string, string])[] = [
  ['red', 'green', 'blue'],
  ['diffuse_red', 'diffuse_green', 'diffuse_blue'],
  ['r', 'g', 'b'],
]

/** White, by the kind of number: floats hold fractions of 1, unless one is larger. */
function whiteOf(type: Scalar, values: Float64Array): number {
  if (type === 'ushort') return 65535
  const isFloat = type === 'float' || type === 'double'
  return isFloat && values.every((value) => value <= 1) ? 1 : 255
}

/**
 * Red, green and blue of each vertex, 0 to 255.
 *
 * @throws Damage at a colour that is less than black or more than white, with its vertex
 */
export function coloursOf(vertex: Columns): Uint8Array | undefined {
  const names = colourNames.find((each) => each.every((name) => vertex.scalars.has(name)))
  if (!names) return undefined
  const columns = names.flatMap((name) => vertex.scalars.get(name) ?? [])
  const whites = columns.map(({ type, values }) => whiteOf(type, values))
  // one colour is as bright as another: floats are fractions only if all three are
  const white = Math.max(...whites)
  const colours = new Uint8Array(3 * vertex.count)
  columns.forEach(({ values }, c) => {
    for (let i = 0; i < vertex.count; i++) {
      const share = values[i] / white
      if (!(share >= 0 && share <= 1))
        throw new Damage(
          `vertex ${i} has ${names[c]} ${values[i]}; its colours are of 0 to ${white}`,
        )
      colours[3 * i + c] = Math.round(255 * share)
    }
  })
  return colours
}
