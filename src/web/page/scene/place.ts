// Places and boxes of a scene, in the axes of the scan.

/** A place in the axes of the scan. */
export type Place3 = readonly [number, number, number]

/** Two opposite corners. */
export interface SpaceBox {
  readonly low: Place3
  readonly high: Place3
}
