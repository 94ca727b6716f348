// What is to be told of the cameras in metadata that photographs were given: how many, and which cannot be.
import type { Json, JsonObject } from '../../src/index.ts'
import { faultOfCamera } from './cameras.ts'

/** Metadata that a photograph was given. */
export interface GivenMetadata {
  readonly filename: string
  readonly metadata: JsonObject
}

/** A sentence on the cameras, and what is wrong with some; nothing where there are none. */
export function givenCameras(all: readonly GivenMetadata[]): {
  readonly told?: string
  readonly doubt?: string
} {
  const given = all.flatMap(({ filename, metadata }) => {
    const found = Object.entries(metadata).find(([, value]) => isMeantAsCamera(value))
    return found ? [{ filename, key: found[0], stored: found[1] as JsonObject }] : []
  })
  if (given.length === 0) return {}
  const wrong = given.flatMap(({ filename, stored }) => {
    const fault = faultOfCamera(stored)
    return fault === undefined ? [] : [{ filename, fault }]
  })
  const models = new Set(given.map(({ stored }) => modelText(stored)))
  const keys = new Set(given.map(({ key }) => `camera_metadata = "${key}"`))
  const told = `${given.length} with a camera, ${[...models].join(', ')}: ${[...keys].join(', ')}`
  if (wrong.length === 0) return { told }
  const [{ filename, fault }] = wrong
  const others = wrong.length === 1 ? '' : `, as ${wrong.length - 1} more`
  return { told, doubt: `the camera of ${filename} cannot be used${others}: ${fault}` }
}

const isMeantAsCamera = (value: Json): boolean =>
  isJsonMap(value) && isJsonMap(value.camera_model) && 'rotmat' in value

const isJsonMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function modelText({ camera_model: model }: JsonObject): string {
  const { model: name, width, height } = model as JsonObject // a map: it is meant as a camera
  const size = typeof width === 'number' && typeof height === 'number' ? [width, height] : ['?']
  return `${typeof name === 'string' ? name : '?'} of ${size.join(' × ')} pixels`
}
