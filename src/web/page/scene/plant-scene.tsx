// A plant in 3-D: its layers, an eye that goes round it, organs and cameras that can be picked.
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { TextureLoader, SRGBColorSpace } from 'three'
import { centreOf } from '../../../geometry/camera.ts'
import { tokenColour, painted } from '../look.ts'
import { geometryCamera } from '../overlay/lines.ts'
import { extentOf, type Content, type LayerName } from './content.ts'
import type { Eye } from './eye.ts'
import { Labels } from './labels.ts'
import { boxLayer, frustaLayer, linesLayer, meshLayer, pointsLayer } from './layers.ts'
import { organLabels, putOrgans, type OrgansLook } from './organ-layers.ts'
import { cameraUnder, organUnder, plantPlaceUnder } from './pointer.ts'
import type { Place3, SpaceBox } from './place.ts'
import { Stage } from './stage.ts'
import { middleOf, photographLayer } from './through.ts'
import { usePress } from './use-press.ts'

/** What is drawn, and what is told of what a person does. */
export interface PlantSceneProps {
  readonly content: Content
  readonly up: Place3
  /** A photograph is about to be there: it shows before the plant is drawn, which may take longer. */
  readonly isPhotographToCome?: boolean
  readonly visible: ReadonlySet<LayerName>
  /** The opacity of the mesh, from 0 to 1. */
  readonly opacity: number
  readonly picked?: number
  /** The photograph behind the plant, and how much of it shows. */
  readonly through?: { readonly id: string; readonly image: string; readonly strength: number }
  /** From where to look; undefined: from where all is seen. */
  readonly eye?: Eye
  readonly onEye?: (eye: Eye, isOver: boolean) => void
  readonly onPick?: (organ: number | undefined) => void
  readonly onPickCamera?: (photograph: string) => void
  /** Takes places instead of organs, as long as it is there; `undefined`: no plant is there. */
  readonly onPlace?: (place: Place3 | undefined) => void
  /** Places that are marked, such as those that were just picked. */
  readonly marks?: readonly Place3[]
  readonly onStage?: (stage: Stage | undefined) => void
  /** Called when something was drawn and is on the screen, and where nothing can be drawn. */
  readonly onDrawn?: () => void
}

/** How long the first frame waits for the shape of the plant and for a photograph, in ms. */
const firstFrameWaits = 400

export function PlantScene(props: PlantSceneProps) {
  const { content, up, visible } = props
  const place = useRef<HTMLDivElement>(null)
  const labelBox = useRef<HTMLDivElement>(null)
  const [stage, setStage] = useState<Stage>()
  const [problem, setProblem] = useState(false)
  const [hovered, setHovered] = useState<number>()
  const latest = useRef(props)
  latest.current = props

  // All effects here are done before the browser draws: else an empty canvas is drawn twice.
  useLayoutEffect(() => {
    const labels = new Labels(labelBox.current!) // both are on the page by now
    let made: Stage
    try {
      made = new Stage(place.current!, middleOfBox(content.box), up)
    } catch {
      setProblem(true) // three.js throws where there is no WebGL
      latest.current.onDrawn?.()
      return
    }
    made.onDrawn = () => {
      labels.place(made)
      // The next frame begins when this one is on the screen.
      requestAnimationFrame(() => latest.current.onDrawn?.())
    }
    made.onMoved = (eye, isOver) => latest.current.onEye?.(eye, isOver)
    setStage(made)
    setLabels(labels)
    latest.current.onStage?.(made)
    return () => {
      latest.current.onStage?.(undefined)
      setStage(undefined)
      made.dispose()
    }
  }, [up.join()])
  const [labels, setLabels] = useState<Labels>()

  const isFirstToCome = content.isStandInToCome || props.isPhotographToCome === true
  useLayoutEffect(
    () => stage?.hold(isFirstToCome ? firstFrameWaits : undefined),
    [stage, isFirstToCome],
  )
  useEye(stage, props)
  useLayers(stage, props)
  usePhotograph(stage, props)
  const look: OrgansLook = {
    showsLines: visible.has('organs'),
    showsStem: visible.has('stem'),
    showsNumbers: visible.has('numbers'),
    picked: props.picked,
    hovered,
  }
  useLayoutEffect(() => {
    if (!stage || !labels) return
    putOrgans(stage, content.organs, look)
    labels.show(organLabels(content.organs, look))
  }, [stage, labels, content.organs, painted.value, ...Object.values(look), props.picked, hovered])

  const press = usePress((x, y, isTouch) => {
    if (!stage) return
    const now = latest.current
    if (now.onPlace) {
      now.onPlace(plantPlaceUnder(stage, now.content, [x, y]))
      return
    }
    const organ = organUnder(stage, now.content, [x, y], isTouch)
    if (organ !== undefined) return now.onPick?.(organ)
    const shot = visible.has('cameras') ? cameraUnder(stage, now.content, [x, y]) : undefined
    if (shot) return now.onPickCamera?.(shot.photograph.id)
    now.onPick?.(undefined)
  })
  const hover = (event: PointerEvent) => {
    if (!stage || event.buttons !== 0 || event.pointerType !== 'mouse') return
    setHovered(organUnder(stage, content, [event.offsetX, event.offsetY], false))
  }
  const cursor = props.onPlace ? ' places' : hovered === undefined ? '' : ' can-pick'
  return (
    <div class={`scene${cursor}${props.through ? ' through' : ''}`}>
      <div
        class="canvas-place"
        ref={place}
        {...press}
        onPointerMove={hover}
        onPointerLeave={() => setHovered(undefined)}
        role="img"
        aria-label="The plant in 3-D; its organs stand in the table, too"
      />
      <div class="labels" ref={labelBox} aria-hidden="true" />
      {problem && (
        <div class="notice no-webgl" role="alert">
          <p>
            This browser draws nothing in 3-D: WebGL is off or missing. Switch on hardware
            acceleration in its settings, or use another one; chart, table and photographs work
            here, too.
          </p>
        </div>
      )}
    </div>
  )
}

const middleOfBox = (box: SpaceBox | undefined): Place3 =>
  box
    ? ([0, 1, 2].map((k) => (box.low[k] + box.high[k]) / 2) as [number, number, number]) // three of three
    : [0, 0, 0]

/** Takes the eye that is wished for; where none is, one that sees all. */
function useEye(stage: Stage | undefined, { eye, content }: PlantSceneProps): void {
  const extent = extentOf(content)
  const has = extent !== undefined
  useLayoutEffect(() => {
    if (stage && extent) stage.extent = extent
  }, [stage, has, JSON.stringify(extent)])
  useLayoutEffect(() => {
    if (stage && eye) stage.eye = eye
  }, [stage, eye && Object.values(eye).join()])
}

function useLayers(stage: Stage | undefined, props: PlantSceneProps): void {
  const { content, visible, opacity, marks } = props
  const { mesh, standIn, points, voxels, skeleton, shots, box } = content
  const look = painted.value
  const on = (name: LayerName) => visible.has(name)
  useLayoutEffect(() => {
    stage?.put(
      'mesh',
      mesh && on('mesh') ? meshLayer(mesh, tokenColour('plant'), opacity) : undefined,
    )
  }, [stage, mesh, on('mesh'), opacity, look])
  useLayoutEffect(() => {
    const isMeshToCome = on('mesh') && !mesh && !on('points')
    stage?.put(
      'stand-in',
      standIn && isMeshToCome ? pointsLayer(standIn, tokenColour('plant')) : undefined,
    )
  }, [stage, standIn, mesh, on('mesh'), on('points'), look])
  useLayoutEffect(() => {
    stage?.put(
      'points',
      points && on('points') ? pointsLayer(points, tokenColour('fine')) : undefined,
    )
  }, [stage, points, on('points'), look])
  useLayoutEffect(() => {
    stage?.put(
      'voxels',
      voxels && on('voxels') ? pointsLayer(voxels, tokenColour('plant')) : undefined,
    )
  }, [stage, voxels, on('voxels'), look])
  useLayoutEffect(() => {
    const line = { colour: tokenColour('ink'), width: 1.2, over: true, opacity: 0.8 }
    stage?.put(
      'skeleton',
      skeleton && on('skeleton') ? linesLayer(skeleton.chains, line) : undefined,
    )
  }, [stage, skeleton, on('skeleton'), look])
  useLayoutEffect(() => {
    stage?.put('box', box && on('box') ? boxLayer(box, tokenColour('line-strong')) : undefined)
  }, [stage, box, on('box'), look])
  useLayoutEffect(() => {
    const cameras = shots.map(({ camera }) => geometryCamera(camera))
    stage?.put(
      'cameras',
      on('cameras') && cameras.length > 0
        ? frustaLayer(cameras, frustumLength(content), tokenColour('soft'))
        : undefined,
    )
  }, [stage, shots, on('cameras'), look])
  useLayoutEffect(() => {
    const size = extentSize(content) / 60
    const crosses = (marks ?? []).flatMap((at) =>
      [0, 1, 2].map((axis) => {
        const end = (sign: number) => at.map((value, k) => value + (k === axis ? sign * size : 0))
        return [...end(-1), ...end(1)]
      }),
    )
    const line = { colour: tokenColour('picked'), width: 3, over: true }
    stage?.put('marks', crosses.length > 0 ? linesLayer(crosses, line) : undefined)
  }, [stage, JSON.stringify(marks), look])
}

function extentSize(content: Content): number {
  const extent = extentOf(content)
  return extent ? Math.hypot(...extent.high.map((value, k) => value - extent.low[k])) : 1
}

/** A twelfth of the way from the cameras to the plant. */
function frustumLength({ shots, ...content }: Content): number {
  const extent = extentOf({ ...content, shots })
  const middle = middleOfBox(extent)
  const ways = shots.map(({ camera }) => {
    const eye = centreOf(geometryCamera(camera))
    return Math.hypot(eye[0] - middle[0], eye[1] - middle[1], eye[2] - middle[2])
  })
  return ways.reduce((sum, way) => sum + way, 0) / Math.max(1, ways.length) / 12
}

/** Puts the photograph behind the plant, and the eye where it was taken. */
function usePhotograph(stage: Stage | undefined, { through, content }: PlantSceneProps): void {
  const shot = content.shots.find(({ photograph }) => photograph.id === through?.id)
  useLayoutEffect(() => {
    if (!stage) return
    if (!shot || !through) {
      stage.put('photograph', undefined)
      stage.lookThrough(undefined)
      return
    }
    const camera = geometryCamera(shot.camera)
    stage.lookThrough({ camera, zoom: 1, at: middleOf(camera) })
    const texture = new TextureLoader().load(through.image, () => stage.request())
    texture.colorSpace = SRGBColorSpace
    stage.put('photograph', photographLayer(camera, texture))
  }, [stage, shot?.photograph.id, through?.image])
  useLayoutEffect(() => {
    stage?.fade('photograph', through?.strength ?? 1)
  }, [stage, shot?.photograph.id, through?.image, through?.strength])
}
