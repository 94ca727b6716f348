// The principal point of the lens, estimated once all poses are found.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { centreOf, project, type Camera } from '../../../src/geometry/camera.ts'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import { quaternionOf } from '../../../src/geometry/poses/quaternion.ts'
import { random } from '../../../src/geometry/random.ts'
import { poseAt } from '../../../src/geometry/render/camera-path.ts'
import {
  pixelsMoved,
  withoutCommonMotion,
} from '../../../src/geometry/silhouettes/common-motion.ts'
import { io, type TaskContext } from '../../../src/index.ts'
import { bestPlaced, movedModel, poseOf } from '../../../tasks/colmap/placing.ts'
import { withPrincipalPoint } from '../../../tasks/colmap/principal-point.ts'
import { Colmap } from '../../../tasks/colmap/program.ts'
import { circleOf } from '../../support/colmap-models.ts'
import { made, saidBy, scan } from '../../support/colmap-scan.ts'
import { has } from '../../support/programs.ts'
import { scratchFolder } from '../../support/scratch.ts'

const size = { width: 1000, height: 750 }
const stands = circleOf(12)
const nameOf = (i: number): string => `p${String(i).padStart(2, '0')}.png`

/** A ring of cameras in a room, whose lens has its principal point at `seen`, as a model that says `told`. */
function modelOf(seen: number, told = seen): io.ColmapModel {
  const draw = random(3)
  const points = Array.from({ length: 300 }, (): Vec3 => {
    const turn = 2 * Math.PI * draw.uniform()
    const away = 100 + 400 * draw.uniform()
    return [375 + away * Math.cos(turn), 375 + away * Math.sin(turn), 300 * draw.uniform() - 100]
  })
  const tracks: number[][] = points.map(() => [])
  const images = stands.map((stand, view): io.ColmapImage => {
    const pose = poseAt(stand)
    const params = [900, seen, 375, 0]
    const camera: Camera = { model: 'SIMPLE_RADIAL', ...size, params, ...pose }
    const shown = points.flatMap((point, id) => {
      const pixel = project(camera, point)
      const isIn = pixel && pixel.every((at, i) => at > 0 && at < [size.width, size.height][i])
      return isIn ? [{ id, pixel: pixel.map((at) => at + 0.4 * draw.normal()) }] : []
    })
    for (const [i, { id }] of shown.entries()) tracks[id].push(view + 1, i)
    return {
      id: view + 1,
      qvec: quaternionOf(pose.rotmat),
      tvec: pose.tvec,
      cameraId: 1,
      name: nameOf(view),
      xys: Float64Array.from(shown.flatMap(({ pixel }) => pixel)),
      point3DIds: Float64Array.from(shown, ({ id }) => id + 1),
    }
  })
  let end = 0
  const starts = [0, ...tracks.map((track) => (end += track.length / 2))]
  return {
    cameras: [{ id: 1, model: 'SIMPLE_RADIAL', ...size, params: [900, told, 375, 0] }],
    images,
    points3D: {
      ids: Float64Array.from(points, (_, id) => id + 1),
      xyz: Float64Array.from(points.flat()),
      rgb: new Uint8Array(3 * points.length),
      errors: new Float64Array(points.length).fill(0.5),
      starts: Uint32Array.from(starts),
      tracks: Uint32Array.from(tracks.flat()),
    },
  }
}

describe('the principal point', () => {
  const lensIn = async (rig: Awaited<ReturnType<typeof scan>>['rig']) => {
    const { 1: lens } = (await made(rig, 'cameras')) as Record<string, { params: number[] }>
    return lens.params.slice(2, 4)
  }

  test('is taken where matches agree with it far better than with the middle of the image', async () => {
    const { rig } = await scan({ models: [modelOf(490, 500)], adjusted: modelOf(490) })
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(await lensIn(rig)).toEqual([490, 375])
    expect(saidBy(ran, 'info')).toContain('10.0 pixels off the middle')
  })

  test('stays the middle of the image where another explains matches hardly better', async () => {
    const { rig } = await scan({ models: [modelOf(500)], adjusted: modelOf(500, 500.02) })
    await rig.run('[Colmap]')
    expect(await lensIn(rig)).toEqual([500, 375])
  })

  test('stays as it is where nobody wishes it to be estimated, and where COLMAP fails at it', async () => {
    const models = [modelOf(490, 500)]
    const { rig, colmap } = await scan({ models, adjusted: modelOf(490) })
    await rig.run('[Colmap]\nrefine_principal_point = false')
    expect(await lensIn(rig)).toEqual([500, 375])
    expect(colmap.calls().map(({ command }) => command)).not.toContain('bundle_adjuster')
    const failing = await scan({ models, adjusted: modelOf(490), fails: ['bundle_adjuster'] })
    const ran = await failing.rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(await lensIn(failing.rig)).toEqual([500, 375])
    expect(saidBy(ran, 'warn')).toContain('principal point')
  })
})

describe.skipIf(!has('colmap'))('COLMAP itself', () => {
  /** How far cameras are from those that took the photographs, in pixels, less a motion of the world. */
  function offBy(model: io.ColmapModel): number {
    const camerasOf = ({ cameras: [lens], images }: io.ColmapModel) =>
      images
        .toSorted((a, b) => a.id - b.id)
        .map((image): Camera => ({ ...lens, model: 'SIMPLE_RADIAL', ...poseOf(image) }))
    const plant = Float32Array.from({ length: 300 }, (_, i) =>
      i % 3 === 2 ? (i % 40) * 5 - 100 : 375 + ((7 * i) % 41) - 20,
    )
    const taken = modelOf(490)
    const places = new Map(taken.images.map((image) => [image.name, centreOf(poseOf(image))]))
    const placed = bestPlaced([{ model }], places, 10)
    if (!placed) throw new Error('the cameras stand elsewhere')
    const [truth, found] = [camerasOf(taken), camerasOf(movedModel(model, placed.similarity))]
    const free = withoutCommonMotion(truth, found, plant)
    return (
      Math.hypot(...truth.map((camera, i) => pixelsMoved(camera, free[i], plant))) / Math.sqrt(12)
    )
  }

  test('finds the principal point of a lens that looks past its middle, and better poses by it', async () => {
    const folder = scratchFolder('principal-point')
    const colmap = await Colmap.find(exec, {})
    const written = async (model: io.ColmapModel) => {
      const files = await io.encodeColmapModel(model)
      const into = join(folder, `${model.cameras[0].params[1]}`)
      mkdirSync(into)
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(into, name), bytes)
      return { folder: into, model }
    }
    const log = { info: () => undefined, warn: () => undefined }
    const given = await written(modelOf(490, 500))
    const { model } = await withPrincipalPoint(colmap, given, join(folder, 'found'), log as never)
    const [, across, down] = model.cameras[0].params
    expect(Math.abs(across - 490)).toBeLessThan(1)
    // level cameras on a circle tell nothing of it
    expect(down).toBe(375)
    expect(offBy(model)).toBeLessThan(0.2)
    expect(new Set(model.images.map(({ name }) => name))).toEqual(
      new Set(stands.map((_, i) => nameOf(i))),
    )
  })
})

/** Runs the program that is installed. */
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
