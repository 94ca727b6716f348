// The image library, loaded with the first image: a run that finds all complete does without it.
import type sharp from 'sharp'

let loaded: Promise<typeof sharp> | undefined

/** The library `sharp`. */
export function loadSharp(): Promise<typeof sharp> {
  return (loaded ??= import('sharp').then((module) => module.default))
}
