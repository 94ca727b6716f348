// Where the plant is drawn: a canvas, an eye that goes round, layers that come and go. Draws only when something changed.
import { Group, PerspectiveCamera, Scene, Vector3, type Material } from 'three'
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js'
import { giveBack, takeDrawing, type Drawing } from './drawing.ts'
import { dispose, type Layer } from './layer.ts'
import { eyeFrom, offsetOf, type Eye } from './eye.ts'
import { addLights } from './lights.ts'
import type { ScreenPoint } from './pick-line.ts'
import type { Place3, SpaceBox } from './place.ts'
import { aim, type Aim } from './through.ts'

/** Vertical field of view, in degrees: little, so that lengths are not bent much. */
const fieldOfView = 30

export class Stage {
  readonly scene = new Scene()
  readonly camera = new PerspectiveCamera(fieldOfView, 1, 1, 1000)
  readonly #drawing: Drawing
  readonly #controls: OrbitControls
  readonly #layers = new Map<string, Layer>()
  /** Layers stand in here: moved so that numbers on the graphics card are small. */
  readonly #root = new Group()
  readonly #up: Vector3
  readonly #origin: Vector3
  readonly #watch: ResizeObserver
  #frame = 0
  /** Nothing is drawn before there is something: the first frame is not an empty one. */
  #hasContent = false
  #held: ReturnType<typeof setTimeout> | undefined
  /** Of the canvas, in CSS pixels. */
  #width = 0
  #height = 0
  #aim: Aim | undefined
  #free: Eye | undefined
  /** While the program moves the eye: what a person did not do is not told. */
  #isSet = false
  #extent: SpaceBox | undefined
  /** Whether the eye is the one that sees all: then it goes along with what there is to be seen. */
  #isHome = true
  /** Called after each drawing. */
  onDrawn: () => void = () => undefined
  /** Called when a person moved the eye, at the end of it, and while it moves. */
  onMoved: (eye: Eye, isOver: boolean) => void = () => undefined

  /**
   * @param place an element that the canvas will fill
   * @param up    the upward axis, of unit length
   * @throws Error where there is no WebGL
   */
  constructor(place: HTMLElement, origin: Place3, up: Place3) {
    this.#drawing = takeDrawing()
    const { canvas, renderer, isSoftware } = this.#drawing
    place.append(canvas)
    this.#origin = new Vector3(...origin)
    this.#up = new Vector3(...up)
    renderer.setPixelRatio(isSoftware ? 1 : Math.min(2, devicePixelRatio))
    this.camera.up.copy(this.#up)
    this.#controls = new OrbitControls(this.camera, canvas)
    this.#controls.zoomToCursor = true
    this.#controls.addEventListener('change', () => {
      if (!this.#aim && !this.#isSet) {
        this.#isHome = false
        this.onMoved(this.eye, false)
      }
      this.request()
    })
    this.#controls.addEventListener('end', () => {
      if (!this.#aim) this.onMoved(this.eye, true)
    })
    addLights(this.scene, this.camera)
    this.scene.add(this.#root)
    this.#watch = new ResizeObserver(() => this.#resize())
    this.#watch.observe(canvas)
    this.#resize()
  }

  /** Draws a layer in place of the one of that name; undefined takes it away. */
  put(name: string, layer: Layer | undefined): void {
    const before = this.#layers.get(name)
    if (before) {
      this.#root.remove(before.object)
      dispose(before)
      this.#layers.delete(name)
    }
    if (layer) {
      layer.object.position.copy(new Vector3(...layer.at).sub(this.#origin))
      this.#root.add(layer.object)
      this.#layers.set(name, layer)
      this.#hasContent = true
    }
    this.request()
  }

  /** Waits with the first frame for what is to come in a moment; undefined: for nothing. In ms. */
  hold(moment: number | undefined): void {
    clearTimeout(this.#held)
    this.#held =
      moment === undefined || this.#drawing.canvas.dataset.drawn !== undefined
        ? undefined
        : setTimeout(() => this.hold(undefined), moment)
    this.request()
  }

  /** Draws once, in the next frame. */
  request(): void {
    if (!this.#hasContent || this.#held !== undefined) return
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw())
  }

  /** Where one looks from, or will once one leaves a camera. */
  get eye(): Eye {
    if (this.#aim && this.#free) return this.#free
    const target = this.#controls.target
    const offset = this.camera.position.clone().sub(target)
    const at = target.clone().add(this.#origin)
    return eyeFrom(offset, [at.x, at.y, at.z], this.#up)
  }

  set eye(eye: Eye) {
    this.#isHome = false
    this.#setEye(eye)
  }

  #setEye(eye: Eye): void {
    this.#free = eye
    if (this.#aim) return
    const target = new Vector3(...eye.target).sub(this.#origin)
    this.#controls.target.copy(target)
    this.camera.position.copy(target).add(offsetOf(eye, this.#up))
    this.#setLens()
    this.#isSet = true
    this.#controls.update()
    this.#isSet = false
    this.request()
  }

  /** What is to be seen whole, as long as nobody moves the eye, however large the canvas is. */
  set extent(extent: SpaceBox) {
    this.#extent = extent
    if (this.#isHome) this.#setEye(this.#eyeFor(extent))
  }

  /** An eye that sees all of a box, a little from above. */
  #eyeFor({ low, high }: SpaceBox): Eye {
    const size = new Vector3(...high).sub(new Vector3(...low))
    const height = Math.abs(size.dot(this.#up))
    const width = Math.sqrt(Math.max(0, size.lengthSq() - height * height))
    const aspect = this.#width / Math.max(1, this.#height)
    const half = Math.tan((fieldOfView * Math.PI) / 360)
    const margin = 1.12
    const distance = (margin * Math.max(height, width / Math.max(0.1, aspect))) / (2 * half)
    const target = new Vector3(...low).add(new Vector3(...high)).multiplyScalar(0.5)
    return {
      turn: 35,
      rise: 6,
      distance: distance + width / 2,
      target: [target.x, target.y, target.z],
    }
  }

  /** Fades a layer that has one material: 1 shows it whole. */
  fade(name: string, opacity: number): void {
    this.#layers.get(name)?.object.traverse((part) => {
      // Safe: what is drawn has a material, or none.
      const { material } = part as { material?: Material }
      if (!material) return
      material.opacity = opacity
      material.transparent = opacity < 1
      material.needsUpdate = true
    })
    this.request()
  }

  /** Turns, lifts and nears the eye, for keys. Degrees, and a factor of the distance. */
  move({ turn = 0, rise = 0, nearer = 1 }): void {
    if (this.#aim) return
    const eye = this.eye
    this.eye = {
      ...eye,
      turn: eye.turn + turn,
      rise: Math.min(89, Math.max(-89, eye.rise + rise)),
      distance: eye.distance / nearer,
    }
    this.onMoved(this.eye, true)
  }

  /** Sees all again. */
  goHome(): void {
    if (!this.#extent) return
    const home = this.#eyeFor(this.#extent)
    this.#setEye(home)
    this.#isHome = true
    this.onMoved(home, true)
  }

  /** Looks through a camera; undefined looks freely again, from where one did before. */
  lookThrough(wished: Aim | undefined): void {
    const before = this.#aim
    if (!before && wished) this.#free = this.eye
    this.#aim = wished
    this.#controls.enabled = !wished
    if (before && !wished && this.#free) this.eye = this.#free
    this.request()
  }

  /** Where a place of the scan shows on the canvas, in CSS pixels from its upper left corner. */
  screenOf([x, y, z]: Place3): ScreenPoint | undefined {
    const at = new Vector3(x, y, z).sub(this.#origin)
    at.applyMatrix4(this.camera.matrixWorldInverse)
    const depth = -at.z
    if (depth <= 0) return undefined
    at.applyMatrix4(this.camera.projectionMatrix)
    return [((at.x + 1) / 2) * this.#width, ((1 - at.y) / 2) * this.#height, depth]
  }

  dispose(): void {
    clearTimeout(this.#held)
    cancelAnimationFrame(this.#frame)
    this.#watch.disconnect()
    for (const name of this.#layers.keys()) this.put(name, undefined)
    cancelAnimationFrame(this.#frame)
    this.#controls.dispose()
    delete this.#drawing.canvas.dataset.drawn
    giveBack(this.#drawing)
  }

  #resize(): void {
    const { canvas, renderer } = this.#drawing
    const { clientWidth, clientHeight } = canvas
    if (clientWidth === 0 || clientHeight === 0) return
    this.#width = clientWidth
    this.#height = clientHeight
    const ratio = renderer.getPixelRatio()
    const isSo = (side: number, now: number) => Math.floor(side * ratio) === now
    // A canvas that was kept is as large already; to set that again takes a while.
    if (!isSo(clientWidth, canvas.width) || !isSo(clientHeight, canvas.height))
      renderer.setSize(clientWidth, clientHeight, false)
    this.#setLens()
    if (this.#isHome && this.#extent) this.#setEye(this.#eyeFor(this.#extent))
    this.request()
  }

  #setLens(): void {
    this.camera.aspect = this.#width / Math.max(1, this.#height)
    this.camera.fov = fieldOfView
    this.camera.updateProjectionMatrix()
  }

  #draw(): void {
    this.#frame = 0
    if (this.#aim) {
      aim(this.camera, this.#aim, this.#origin, this.#width, this.#height)
    } else {
      const { distance } = this.eye
      this.camera.near = distance / 200
      this.camera.far = distance * 20
      this.camera.updateProjectionMatrix()
    }
    this.camera.updateMatrixWorld()
    const { canvas, renderer } = this.#drawing
    renderer.render(this.scene, this.camera)
    canvas.dataset.drawn = [...this.#layers.keys()].join(' ')
    this.onDrawn()
  }
}
