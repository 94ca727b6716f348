// The grain of a sensor.
import { rawBytes } from '../bytes.ts'
import { random } from '../random.ts'
import { perStrip, workspace } from '../wasm/kernels.ts'
import { wholeNormals } from './whole-normals.ts'

/** Generators that draw in turn, each with a state of four words. */
const GENERATORS = 4

/**
 * Adds the grain of a sensor to a picture, in place: to each value a normal deviate, the sum rounded
 * and cut to 0 … 255.
 *
 * As values are whole, that is to add a deviate that is rounded.
 *
 * @param sd     of the grain, in values of 0 … 255
 * @param stream one for each view, so that no two have the same grain
 */
export function addGrain(rgb: Uint8Array, sd: number, seed: number, stream: number): void {
  if (sd === 0) return
  const draw = random(seed, stream)
  const table = wholeNormals(sd)
  const states = Int32Array.from({ length: 4 * GENERATORS }, () => draw.bits())
  const most = perStrip(1)
  const { kernels, memory, places } = workspace(most, 4 * table.length, 4 * states.length, 2048)
  const [bytes, columns, state, room] = places
  memory.set(rawBytes(table), columns)
  memory.set(rawBytes(states), state)
  for (let from = 0; from < rgb.length; from += most) {
    const count = Math.min(most, rgb.length - from)
    memory.set(rgb.subarray(from, from + count), bytes)
    kernels.addDrawn(bytes, count, columns, state, room)
    rgb.set(memory.subarray(bytes, bytes + count), from)
  }
}
