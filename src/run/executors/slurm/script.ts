// The script that a job begins with: looks whether the node sees what it needs, then starts Node.
import { fileURLToPath } from 'node:url'
import { fromSources } from '../../../base/from-sources.ts'
import { nodeOptions } from '../sources.ts'

/** How the script ends where the job itself could not say why. */
export const scriptCodes = {
  /** The node does not see the database, or another disk lies there. */
  noDisk: 83,
  /** The node does not see Node, or this package. */
  noCode: 84,
  /** The outcome could not be written. */
  noOutcome: 85,
  /** The scheduler wanted it to end. */
  stopped: 143,
} as const

/** How a node starts our code: the module, and the options of Node with which it loads it. */
export interface NodeStart {
  readonly entry: string
  readonly options: readonly string[]
}

/** With this very package. */
export const ownStart = (): NodeStart => ({
  entry: fileURLToPath(
    new URL(fromSources ? './node-entry.ts' : './node-entry.js', import.meta.url),
  ),
  options: nodeOptions(),
})

/** A word of shell, whatever is in it. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A shell that is no login shell may not know the command `module`. */
const withModules = `if ! type module >/dev/null 2>&1; then
  for romi_part in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh; do
    [ -r "$romi_part" ] && . "$romi_part"
  done
fi
`

/** @param prologue lines of shell of the user's, such as `module load colmap` */
export function scriptOf(
  at: { readonly root: string; readonly run: string; readonly array: string },
  token: { readonly path: string; readonly text: string },
  prologue: string | undefined,
  { entry, options }: NodeStart,
): string {
  const node = [process.execPath, ...options, entry, at.root, at.run, at.array].map(shellQuoted)
  return `romi_token=$(cat ${shellQuoted(token.path)} 2>/dev/null)
if [ "$romi_token" != ${shellQuoted(token.text)} ]; then
  echo "romi-run: $(hostname) does not see "${shellQuoted(token.path)}
  exit ${scriptCodes.noDisk}
fi
${prologue === undefined ? '' : `${withModules}${prologue}\n`}for romi_part in ${shellQuoted(process.execPath)} ${shellQuoted(entry)}; do
  if [ ! -r "$romi_part" ]; then
    echo "romi-run: $(hostname) does not see $romi_part"
    exit ${scriptCodes.noCode}
  fi
done
exec ${node.join(' ')} "$ROMI_INDEX"
`
}
