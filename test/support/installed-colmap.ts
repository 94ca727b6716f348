// The COLMAP that is installed, given models of a ring of cameras.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { centreOf, type Camera, type CameraModel } from '../../src/geometry/camera.ts'
import { pixelsMoved, withoutCommonMotion } from '../../src/geometry/silhouettes/common-motion.ts'
import { io, type TaskContext } from '../../src/index.ts'
import type { Built } from '../../tasks/colmap/mapping.ts'
import { bestPlaced, movedModel, poseOf } from '../../tasks/colmap/placing.ts'
import { Colmap } from '../../tasks/colmap/program.ts'
import { withRefinedLens } from '../../tasks/colmap/refined-lens.ts'
import { ringModel, type RingLens } from './ring-model.ts'
import { scratchFolder } from './scratch.ts'

/** What it makes of a model whose lens may have a second coefficient, and another principal point. */
export async function refinedByColmap(model: io.ColmapModel): Promise<io.ColmapModel> {
  const folder = scratchFolder('refined-lens')
  const given = join(folder, 'given')
  mkdirSync(given)
  for (const [name, bytes] of Object.entries(await io.encodeColmapModel(model)))
    writeFileSync(join(given, name), bytes)
  const log = {
    info: () => undefined,
    warn: () => undefined,
    hint: () => undefined,
    debug: () => undefined,
  }
  const wishes = { refine_distortion: true, refine_principal_point: true }
  const built: Built = { folder: given, model }
  const colmap = await Colmap.find(exec, {})
  const refined = await withRefinedLens(colmap, built, wishes, join(folder, 'found'), log)
  return refined.model
}

/** How far cameras are from those of a ring that took the photographs, in pixels, less a motion of the world. */
export function offBy(model: io.ColmapModel, seen: RingLens): number {
  const camerasOf = ({ cameras: [lens], images }: io.ColmapModel) =>
    images
      .toSorted((a, b) => a.id - b.id)
      .map((image): Camera => ({ ...lens, model: lens.model as CameraModel, ...poseOf(image) })) // one of a ring
  const plant = Float32Array.from({ length: 300 }, (_, i) =>
    i % 3 === 2 ? (i % 40) * 5 - 100 : 375 + ((7 * i) % 41) - 20,
  )
  const taken = ringModel(seen)
  const places = new Map(taken.images.map((image) => [image.name, centreOf(poseOf(image))]))
  const placed = bestPlaced([{ model }], places, 10)
  if (!placed) throw new Error('the cameras stand elsewhere')
  const [truth, found] = [camerasOf(taken), camerasOf(movedModel(model, placed.similarity))]
  const free = withoutCommonMotion(truth, found, plant)
  return (
    Math.hypot(...truth.map((camera, i) => pixelsMoved(camera, free[i], plant))) / Math.sqrt(12)
  )
}

/** Runs a program that is installed. */
const exec: TaskContext['exec'] = (command, args, { onLine } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' } })
    let stdout = ''
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`
      onLine?.(line)
    })
    child.stderr.resume()
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr: '' }))
  })
