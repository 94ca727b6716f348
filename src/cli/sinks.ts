// Where the events of a run go: lines of JSON, plain lines, or a live view on a terminal.
import { monotonicMs } from '../base/monotonic.ts'
import type { RunEvent, Tell } from '../run/event.ts'
import { eventLines, progressLine, type Telling } from './report/lines.ts'
import { liveLines } from './report/live.ts'
import { LivePulse } from './report/pulse.ts'
import { styleFor } from './report/style.ts'
import { emptyView, observe, type LiveView } from './report/view.ts'
import { controlSequence } from './report/visible.ts'
import { columnsShown, printLines, wrapped } from './report/wrap.ts'
import type { CommonOptions, TextStream, CliContext } from './cli-context.ts'

/** Takes the events of a run, and cleans up after itself. */
export interface Sink {
  readonly tell: Tell
  /** Ends a live view; what was printed stays. */
  close(): void
}

/** The sink that fits the options and the terminal. */
export function sinkFor(
  options: CommonOptions,
  file: string,
  manyScans: boolean,
  context: CliContext,
): Sink {
  if (options.json) {
    return { tell: (event) => context.stdout.write(`${JSON.stringify(event)}\n`), close: () => {} }
  }
  if (options.quiet) return { tell: () => {}, close: () => {} }
  const style = styleFor(context.stderr, options.color ?? 'auto', context.env)
  const isLive = context.stderr.isTTY === true && context.env.TERM !== 'dumb' && !context.env.CI
  const telling: Telling = {
    style,
    verbose: options.verbose ?? false,
    starts: !isLive,
    scans: manyScans,
  }
  if (isLive) return new LiveSink(context.stderr, file, telling)
  const pulse = new LivePulse()
  return {
    tell(event) {
      const lines = pulse.isDue(event, monotonicMs())
        ? [progressLine(event, telling)]
        : eventLines(event, file, telling)
      printLines(lines, context.stderr, context)
    },
    close: () => {},
  }
}

/** How often the live view is drawn anew: often enough to seem alive, seldom enough to be calm. */
const frameMs = 120

/**
 * Draws the running steps below the lines of what happened. Each frame goes up over the last one and
 * clears it: ECMA-48, CPL (`CSI n F`) and ED (`CSI J`).
 */
class LiveSink implements Sink {
  readonly #stream: TextStream
  readonly #file: string
  readonly #telling: Telling
  readonly #timer: NodeJS.Timeout
  #view: LiveView = emptyView()
  #drawn = 0

  constructor(stream: TextStream, file: string, telling: Telling) {
    this.#stream = stream
    this.#file = file
    this.#telling = telling
    this.#timer = setInterval(() => this.#draw([]), frameMs)
    this.#timer.unref()
  }

  readonly tell = (event: RunEvent): void => {
    this.#view = observe(this.#view, event, monotonicMs())
    const lines = eventLines(event, this.#file, this.#telling)
    if (lines.length > 0) this.#draw(lines)
  }

  #draw(above: readonly string[]): void {
    const columns = columnsShown(this.#stream, {})
    const live = liveLines(this.#view, monotonicMs(), columns, this.#telling.style)
    const lines = [...above.flatMap((line) => wrapped(line, columns)), ...live]
    this.#stream.write(`${this.#erase()}${lines.map((line) => `${line}\n`).join('')}`)
    this.#drawn = live.length
  }

  #erase(): string {
    if (this.#drawn === 0) return ''
    return controlSequence(`${this.#drawn}F`) + controlSequence('J')
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stream.write(this.#erase())
    this.#drawn = 0
  }
}
