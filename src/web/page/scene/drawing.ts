// A canvas and what draws on it. Making one takes a third of a second where the processor draws: it is made ahead and kept.
import { WebGLRenderer } from 'three'

/** What a stage draws with. */
export interface Drawing {
  readonly canvas: HTMLCanvasElement
  readonly renderer: WebGLRenderer
  /** True where no graphics card draws: every pixel counts. */
  readonly isSoftware: boolean
}

/** Between two plants it stays; two variants side by side need another. */
let spare: Drawing | undefined
let drawingsMade = 0

/** False before the first one. */
export const hasDrawn = (): boolean => drawingsMade > 0

/** The one that is kept, else a new one. @throws Error where there is no WebGL */
export function takeDrawing(): Drawing {
  const kept = spare
  spare = undefined
  return kept && !kept.renderer.getContext().isContextLost() ? kept : newDrawing()
}

/** Keeps it for the next stage, which draws other things on it. */
export function giveBack(drawing: Drawing): void {
  drawing.canvas.remove()
  if (spare) drawing.renderer.dispose()
  else spare = drawing
}

function newDrawing(): Drawing {
  const plain = newContext(false)
  const isSoftware = isDrawnByProcessor(plain)
  const context = isSoftware ? plain : newContext(true)
  const canvas = context.canvas as HTMLCanvasElement // it was made below
  drawingsMade++
  return { canvas, renderer: new WebGLRenderer({ canvas, context }), isSoftware }
}

/** @param antialias where the processor draws it takes longer than all the rest */
function newContext(antialias: boolean): WebGL2RenderingContext {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('webgl2', { alpha: true, depth: true, antialias })
  if (!context) throw new Error('this browser has no WebGL 2')
  return context
}

/** By the names under which the drivers that need no graphics card go. */
function isDrawnByProcessor(context: WebGL2RenderingContext): boolean {
  const told = context.getExtension('WEBGL_debug_renderer_info')
  const name: unknown = context.getParameter(told?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER)
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(name))
}
