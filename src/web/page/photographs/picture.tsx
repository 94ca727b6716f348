// A photograph with what lies over it: mask, what of the silhouette is lost, lines of the plant.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { PlantCamera } from '../../api.ts'
import { getAnswer, problemWords } from '../data/fetch.ts'
import { PlantLines, type LinesShown } from '../overlay/plant-lines.tsx'

/** The share of a mask that is lost, from 0 to 1; `none`: there is no volume to compare it with. */
export type LostShare = number | 'waiting' | 'none'

/** What is shown of a photograph. */
export interface PictureShown {
  readonly image: string
  readonly alt: string
  /** A small one of it, which the server refuses to make of a part: a browser shows what there is. */
  readonly small?: string
  /** Address of its mask, and how much of it shows, from 0 to 1. */
  readonly mask?: { readonly image: string; readonly opacity: number }
  /** Address of the picture of what is lost. */
  readonly lost?: string
  /** Takes the share of the mask that is lost. */
  readonly onLost?: (share: LostShare) => void
  readonly camera?: PlantCamera
  readonly lines?: LinesShown
  /** True where many are drawn: loaded when they come into sight. */
  readonly isOneOfMany?: boolean
  /** Called when the photograph is there. */
  readonly onThere?: () => void
}

export function Picture(props: PictureShown) {
  const { image, alt, small, mask, lost, camera, lines, isOneOfMany } = props
  const [ratio, setRatio] = useState(camera ? camera.width / camera.height : 4 / 3)
  // a mask alone says nothing: photographs are asked for first
  const [isThere, setIsThere] = useState(false)
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    const asked = new AbortController()
    if (small !== undefined)
      getAnswer(small, asked.signal).catch(
        (error: unknown) => asked.signal.aborted || setProblem(problemWords(error)),
      )
    return () => asked.abort()
  }, [small])
  return (
    <div class="picture" style={{ '--ratio': String(ratio) }}>
      <img
        src={image}
        alt={alt}
        loading={isOneOfMany ? 'lazy' : 'eager'}
        decoding="async"
        draggable={false}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          setRatio(naturalWidth / naturalHeight)
          setIsThere(true)
          if (small === undefined) setProblem(undefined)
          props.onThere?.()
        }}
        onError={() => {
          setIsThere(false)
          void whyNotShown(image).then(setProblem)
        }}
      />
      {problem !== undefined && (
        <p class="unreadable" role="status">
          {problem}
        </p>
      )}
      {isThere && mask && mask.opacity > 0 && (
        <div
          class="mask"
          style={{ maskImage: `url("${mask.image}")`, opacity: String(mask.opacity) }}
        />
      )}
      {lost !== undefined && <Lost address={lost} onLost={props.onLost} />}
      {camera && lines && <PlantLines camera={camera} {...lines} />}
    </div>
  )
}

/** What the server says of a picture that did not come. */
const whyNotShown = (image: string): Promise<string> =>
  getAnswer(image).then(() => 'this browser cannot show it', problemWords)

/** Painted in the colour of what is wrong, wherever the picture is opaque. */
function Lost(props: { readonly address: string; readonly onLost?: (share: LostShare) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const asked = new AbortController()
    props.onLost?.('waiting')
    paint(props.address, asked.signal)
      .then(props.onLost)
      .catch(() => asked.signal.aborted || props.onLost?.('none')) // nothing is drawn
    return () => asked.abort()
  }, [props.address])
  return <canvas class="lost" ref={canvas} aria-hidden="true" />

  async function paint(address: string, signal: AbortSignal): Promise<number> {
    const answer = await getAnswer(address, signal)
    const bitmap = await createImageBitmap(await answer.blob())
    const element = canvas.current
    const context = element?.getContext('2d')
    if (element && context) {
      element.width = bitmap.width
      element.height = bitmap.height
      context.drawImage(bitmap, 0, 0)
      context.globalCompositeOperation = 'source-in'
      context.fillStyle = getComputedStyle(element).color
      context.fillRect(0, 0, bitmap.width, bitmap.height)
    }
    return Number(answer.headers.get('romi-lost-share'))
  }
}
