// The scans that are meant, and a word on folders among them that are none for their name alone.
import { chooseScans, misnamedText, type Chosen, type Hints } from '../survey/scans.ts'
import type { CliContext } from './cli-context.ts'

/**
 * Finds the scans that are meant, and tells of folders whose names cannot be those of scans.
 * @param args paths, patterns or ids, as typed
 * @throws RomiError as `chooseScans` does
 */
export async function chosenScans(
  args: readonly string[],
  hints: Hints | undefined,
  { cwd, stderr }: CliContext,
): Promise<Chosen> {
  const chosen = await chooseScans(args, hints, cwd)
  for (const name of chosen.misnamed) stderr.write(`${misnamedText(name)}\n`)
  return chosen
}
