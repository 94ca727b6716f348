// A short pipeline on a scan in memory, for tests of what is decided about its steps.
import { MemoryScan } from './memory-scan.ts'

/** Each of its steps reads the one before. */
export const line = '[Upper]\n[Join]\n[Count]\n'
export const photographs = { a: 'one', b: 'two', c: 'three' }

/** A scan on which a pipeline was carried out. */
export async function madeBy(
  toml: string,
  of: ConstructorParameters<typeof MemoryScan>[0] = photographs,
): Promise<MemoryScan> {
  const scan = new MemoryScan(of)
  await scan.make(toml)
  return scan
}
