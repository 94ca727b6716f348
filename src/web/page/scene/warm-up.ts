// Drawing is made ready while a person still reads the list: the canvas, and the programs of each kind of layer.
import { PerspectiveCamera, Scene } from 'three'
import { giveBack, hasDrawn, takeDrawing } from './drawing.ts'
import type { Layer } from './layer.ts'
import { linesLayer, meshLayer, pointsLayer } from './layers.ts'
import { addLights } from './lights.ts'

/** Programs live as long as something would be drawn with them. */
let warmLayers: readonly Layer[] | undefined

/** Once; does nothing where there is no WebGL: whoever looks at a plant is told. */
export function warmUp(): void {
  if (warmLayers || hasDrawn()) return
  const triangle = {
    positions: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]),
    triangles: new Uint32Array([0, 1, 2]),
    centre: [0, 0, 0],
    edge: 0,
    fileVertices: 3,
  } as const
  warmLayers = [
    meshLayer(triangle, 'white', 1),
    pointsLayer(triangle, 'white'),
    linesLayer([[0, 0, 0, 1, 0, 0]], { colour: 'white', width: 1, over: true }),
  ]
  try {
    const drawing = takeDrawing()
    const camera = new PerspectiveCamera()
    camera.position.z = 5
    const scene = new Scene()
    addLights(scene, camera)
    scene.add(...warmLayers.map(({ object }) => object))
    drawing.renderer.setSize(16, 16, false)
    drawing.renderer.render(scene, camera)
    giveBack(drawing)
  } catch {
    // no WebGL, as above
  }
}
