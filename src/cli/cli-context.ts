// What is around the command line: streams, folder, signals. Only bin.ts picks the real one.
import type { JsonObject } from '../base/types.ts'
import type { BaseOrigin } from '../pipeline/load.ts'

/** A stream that text goes to. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  /** The same without the filter that makes control characters visible. */
  readonly asIs?: TextStream
}

/** The command line knows no format: whoever calls it reads them. */
export type CameraReader = (
  file: string,
  photographs: readonly string[],
) => Promise<{
  /** Whose file it is. */
  readonly format: string
  /** What metadata hold under `camera`, by the path of the photograph. */
  readonly cameras: ReadonlyMap<string, JsonObject>
  readonly notes: readonly string[]
}>

/** Tells of the cameras in given metadata, and what is wrong with some; nothing where there are none. */
export type CameraTeller = (
  all: readonly { readonly filename: string; readonly metadata: JsonObject }[],
) => Promise<{ readonly told?: string; readonly doubt?: string }>

/** All that a verb may touch besides databases and files. */
export interface CliContext {
  /** Where the tasks come from. */
  readonly origin: BaseOrigin
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads the cameras that another tool found for photographs, by their paths. */
  readonly readCameras: CameraReader
  readonly tellCameras: CameraTeller
  /** Results. */
  readonly stdout: TextStream
  /** Talk. */
  readonly stderr: TextStream
  /** Asks a person; `undefined`, or without an answer, if there is nobody to ask. */
  readonly ask?: (question: string) => Promise<string | undefined>
  /** Shows a file in the program that the person has for such. */
  readonly open: (path: string) => Promise<void>
  /** Called once a verb is loaded, before it acts. */
  readonly verbLoaded?: () => void
  /** Calls back at each wish to end; the returned function stops listening. */
  onInterrupt(callback: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
}

/** When colours are used. */
export type ColorWish = 'auto' | 'always' | 'never'

/** What every verb may be told. */
export interface CommonOptions {
  readonly color?: ColorWish
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly json?: boolean
}
