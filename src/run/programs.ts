// External programs: which are missing, and which versions there are.
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Program } from '../task/task.ts'

/** Whether a program stands on the PATH. */
export function isInstalled({ name }: Program): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return statSync(join(folder, name)).isFile()
    } catch {
      // Whatever keeps us from it (ENOENT, EACCES, ENOTDIR): it is not here.
      return false
    }
  })
}

/** The first line that each program prints of its version, for the record. */
export async function programVersions(
  programs: readonly Program[],
): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const program of programs) {
    if (isInstalled(program)) versions[program.name] = await firstLine(program)
  }
  return versions
}

async function firstLine({ name, version = ['--version'] }: Program): Promise<string> {
  const { execFile } = await import('node:child_process')
  return new Promise((resolve) => {
    // Many programs end with another code than 0 here; what they print counts.
    execFile(name, [...version], { timeout: 10_000 }, (_error, stdout, stderr) => {
      const line = `${stdout}\n${stderr}`.split('\n').find((text) => text.trim() !== '')
      resolve(line?.trim() ?? 'unknown')
    })
  })
}
