// Values of files that other tools wrote, taken out with a word of where they stand.
import { ownValue } from '../../base/own.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'

/** The value under the first of these keys that is there. */
export function firstOf(map: JsonObject, keys: readonly string[]): Json | undefined {
  for (const key of keys) {
    const value = ownValue(map, key)
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** A number that may be absent. @throws Damage if it is something else */
export function numberAt(map: JsonObject, ...keys: readonly string[]): number | undefined {
  const value = firstOf(map, keys)
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new Damage(`its ${keys[0]} is ${JSON.stringify(value)}, which is no number`)
}

/** A number that must be there. @throws Damage */
export function requiredNumber(map: JsonObject, where: string, ...keys: readonly string[]): number {
  const value = numberAt(map, ...keys)
  if (value !== undefined) return value
  throw new Damage(`${where} has no ${keys.join(' or ')}`)
}

/** A map that must be one. @throws Damage */
export function mapIn(value: Json | undefined, where: string): JsonObject {
  if (isJsonObject(value)) return value
  throw new Damage(`${where} is no map of keys and values`)
}

/** All numbers of a list, of lists in it, or of OpenCV's matrices. @throws Damage */
export function flatNumbers(value: Json | undefined, where: string, count?: number): number[] {
  const numbers = flattened(isJsonObject(value) ? ownValue(value, 'data') : value)
  if (!numbers.every((one) => typeof one === 'number' && Number.isFinite(one)))
    throw new Damage(`${where} holds something that is no number`)
  if (count !== undefined && numbers.length !== count)
    throw new Damage(`${where} has ${numbers.length} numbers; ${count} are expected`)
  return numbers as number[] // checked above
}

const flattened = (value: Json | undefined): Json[] =>
  Array.isArray(value) ? value.flatMap(flattened) : value === undefined ? [] : [value]

/** Exactly three numbers. @throws Damage */
export function tripleIn(value: Json | undefined, where: string): [number, number, number] {
  const [x, y, z] = flatNumbers(value, where, 3)
  return [x, y, z]
}
