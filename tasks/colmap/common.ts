// What the tasks that ask COLMAP have in common.
import { files, otherScan } from '../../src/index.ts'
import { cameras } from '../artifacts/cameras.ts'
import { images } from '../artifacts/images.ts'
import { boxReads } from './box.ts'
import { calibratedKey } from './calibration.ts'
import { poseKeys } from './positions.ts'

/** The slot of photographs. */
export const photographSlot = files(images, {
  default: 'ImagesFilesetExists',
  doc: 'the photographs',
  reads: {
    file: [...poseKeys, calibratedKey],
    fileset: [...boxReads.fileset, 'unit'],
    scan: [...boxReads.scan, 'unit'],
  },
})

/** The slot of a calibrated lens. */
export const calibratedLensScan = otherScan('IntrinsicCalibration', cameras, {
  doc: 'a scan whose calibrated lens is used as it is',
})

/** The program that must be there. */
export const programs = [
  { name: 'colmap', install: 'apt-get install colmap, or see colmap.github.io', version: ['help'] },
] as const

/** COLMAP draws at random in all its threads: another try may find what this one did not. */
export const retryOn = [
  'task/no-reconstruction',
  'task/not-aligned',
  'task/too-few-poses',
  'task/blind-angle',
] as const

export const colmapResources = { cpu: 'all', memory: 2000, retries: 1 } as const
