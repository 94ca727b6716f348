// Reads OBJ: vertices and faces, gathered by object, group and material.
import { Damage } from '../codec.ts'
import type { ObjModel } from './model.ts'
import { LineScanner } from './scan.ts'

/** @throws Damage at a face or a number that is none, with its line */
export function parseObj(bytes: Uint8Array): ObjModel {
  const scanner = new LineScanner(bytes)
  const vertices = new Growing(Float64Array)
  const parts = new Map<
    string,
    { name: string; material?: string; triangles: Growing<Uint32Array> }
  >()
  const materialFiles: string[] = []
  let [object, group, material] = ['', '', '']
  let triangles: Growing<Uint32Array> | undefined
  for (let word = scanner.nextLine(); word !== undefined; word = scanner.nextLine()) {
    switch (word) {
      case 'v':
        vertices.push(scanner.number(), scanner.number(), scanner.number())
        break
      case 'f':
        triangles ??= partOf(object, group, material)
        parseFace(scanner, vertices.length / 3, triangles)
        break
      case 'o':
        object = scanner.rest()
        group = ''
        triangles = undefined
        break
      case 'g':
        group = scanner.rest()
        triangles = undefined
        break
      case 'usemtl':
        material = scanner.rest()
        triangles = undefined
        break
      case 'mtllib':
        materialFiles.push(scanner.rest())
    }
  }
  if (vertices.length === 0) throw new Damage('it has no vertices')
  return {
    vertices: vertices.finished(),
    parts: [...parts.values()].map((part) => ({ ...part, triangles: part.triangles.finished() })),
    ...(materialFiles.length > 0 && { materialFiles }),
  }

  function partOf(inObject: string, inGroup: string, ofMaterial: string): Growing<Uint32Array> {
    // 'default' is what exporters call the faces of no group
    const words = [inObject, inGroup === 'default' ? '' : inGroup].filter((name) => name !== '')
    const key = JSON.stringify([words, ofMaterial])
    const part = parts.get(key) ?? {
      name: words.join('/'),
      ...(ofMaterial !== '' && { material: ofMaterial }),
      triangles: new Growing(Uint32Array),
    }
    parts.set(key, part)
    return part.triangles
  }
}

function parseFace(scanner: LineScanner, count: number, triangles: Growing<Uint32Array>): void {
  let corners = 0
  let [first, last] = [0, 0]
  for (let index = scanner.index(); index !== 0; index = scanner.index(), corners++) {
    const vertex = index > 0 ? index - 1 : count + index
    if (vertex < 0 || vertex >= count)
      throw new Damage(`line ${scanner.line}: vertex ${index} of ${count} that there are so far`)
    if (corners === 0) first = vertex
    if (corners >= 2) triangles.push(first, last, vertex)
    last = vertex
  }
  if (corners < 3) throw new Damage(`line ${scanner.line}: a face of ${corners} corners`)
}

/** A typed array that doubles when it is full. */
class Growing<T extends Float64Array | Uint32Array> {
  readonly #Type: new (length: number) => T
  #values: T
  length = 0

  constructor(Type: new (length: number) => T) {
    this.#Type = Type
    this.#values = new Type(1024)
  }

  push(a: number, b: number, c: number): void {
    if (this.length + 3 > this.#values.length) {
      const larger = new this.#Type(2 * this.#values.length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = a
    this.#values[this.length++] = b
    this.#values[this.length++] = c
  }

  finished(): T {
    return this.#values.slice(0, this.length) as T // slice of a T is a T
  }
}
