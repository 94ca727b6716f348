// What an OBJ file holds: vertices and the parts that share them.

/** Triangles of one object or group and one material. */
export interface ObjPart {
  /** The object's name; of a file with groups, `object/group`, or the group's alone. */
  readonly name: string
  readonly material?: string
  /** Three of the model's vertices each: 3 m. */
  readonly triangles: Uint32Array
}

/** Vertices that the parts share. */
export interface ObjModel {
  /** x, y, z of each: 3 n. */
  readonly vertices: Float64Array
  /** In the order of their first face. */
  readonly parts: readonly ObjPart[]
  /** The MTL files that the model names. */
  readonly materialFiles?: readonly string[]
}
