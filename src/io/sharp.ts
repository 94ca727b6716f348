// The image library, loaded with the first image: a run that finds all complete does without it.
import { createRequire } from 'node:module'
import type sharp from 'sharp'

let loaded: typeof sharp | undefined

/**
 * The library `sharp`; as CommonJS, since it takes a third of the time: as a module it is wrapped around
 * CommonJS, in which Node then looks for the names of its exports.
 */
export function loadSharp(): typeof sharp {
  return (loaded ??= createRequire(import.meta.url)('sharp') as typeof sharp) // what its name says
}
