// A layer: something to draw, where its own zero lies, and how to let it go.
import type { BufferGeometry, Material, Object3D, Texture } from 'three'

/** What a layer is drawn from. */
export interface Layer {
  readonly object: Object3D
  /** Where its own zero lies, in the axes of the scan. */
  readonly at: readonly [number, number, number]
}

/** Gives back what the graphics card holds of it. */
export function dispose({ object }: Layer): void {
  object.traverse((part) => {
    // Safe: three.js itself tells parts apart by what they have.
    const { geometry, material } = part as {
      geometry?: BufferGeometry
      material?: Material & { map?: Texture | null }
    }
    geometry?.dispose()
    material?.map?.dispose()
    material?.dispose()
  })
}
