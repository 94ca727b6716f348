// What several verbs share: how a verb is called, and options with the readers of their values.
import { InvalidArgumentError } from 'commander'

/** A verb takes its arguments, its options and the context, and gives an exit code. */
export type Verb = (...args: never[]) => Promise<number>

/** Makes the action of a command from a verb, which is loaded when it is used. */
export type Act = (load: () => Promise<Verb>) => (...args: unknown[]) => Promise<void>

/** For a pipeline of somebody whose code is not to be trusted. */
export const noModules = [
  '--no-modules',
  'run no code of the modules that the pipeline names: their steps are told as not loaded',
] as const

/** Collects all values of a repeatable option. */
export const append = (value: string, all: readonly string[] = []): string[] => [...all, value]

/** Above 0. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError('it must be a whole number above 0')
}

/** Any number above 0. */
export function aboveZero(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('it must be a number above 0')
}

/** From 0 to 65535. */
export function portNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value < 65536) return value
  throw new InvalidArgumentError('it must be a whole number from 0 to 65535')
}
