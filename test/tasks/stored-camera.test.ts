// What is wrong with a camera in the metadata of a photograph is told in the words of the field.
import { expect, test } from 'vitest'
import type { InputFile, Json } from '../../src/index.ts'
import { cameraOf } from '../../tasks/artifacts/cameras.ts'

const good = {
  camera_model: { model: 'PINHOLE', width: 320, height: 320, params: [320, 320, 160, 160] },
  rotmat: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  tvec: [0, 0, 100],
}

const photograph = (camera: Json): InputFile => {
  const file: Pick<InputFile, 'filename' | 'metadata'> = {
    filename: 'a.png',
    metadata: () => camera,
  }
  return file as InputFile // safe: a camera is looked for in its metadata alone
}

test.each([
  [
    'a quaternion for a matrix',
    { ...good, rotmat: undefined, qvec: [1, 0, 0, 0] },
    /rotmat must be three rows of three numbers/,
  ],
  [
    'nine numbers',
    { ...good, rotmat: good.rotmat.flat() },
    /rotmat must be three rows of three numbers/,
  ],
  ['columns', { ...good, tvec: [[0], [0], [100]] }, /tvec must be three numbers/],
  [
    'parameters by name',
    { ...good, camera_model: { ...good.camera_model, params: { fx: 320 } } },
    /camera_model\.params must be a list of numbers/,
  ],
  [
    'a lens that is not known',
    { ...good, camera_model: { ...good.camera_model, model: 'FISHEYE9' } },
    /camera_model\.model must be one of .*PINHOLE/,
  ],
  [
    'a rounded rotation',
    { ...good, rotmat: [[0.98, 0, 0], ...good.rotmat.slice(1)] },
    /all their digits/,
  ],
])('%s', (_, camera, message) => {
  const read = () => cameraOf(photograph(camera as unknown as Json), 'camera') // safe: JSON drops what is undefined
  expect(read).toThrow(message)
  expect(read).toThrow(/a\.png/)
  expect(read).not.toThrow(/Invalid input|expected/)
})
