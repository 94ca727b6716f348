// The file of a holder: who it is, which scans it has or waits for, and a counter that it raises.
//
//     0000000000000042                 the counter, written in place
//     {"program":"romi-run","pid":…}   all else, replaced as a whole
import fs from 'node:fs'
import * as z from 'zod'
import { once } from '../../base/memo.ts'
import { jsonOf, ownerSchema, thisBoot, type Owner } from './owner.ts'

/** A scan by its id, or the whole database. */
export type WantedScan = string
/** No id of a scan has a star. */
export const everything: WantedScan = '*'

/** Which folder a lock is of, so that a copy of it elsewhere holds nothing. */
export const folderSchema = once(() =>
  z.object({ path: z.string(), device: z.number(), inode: z.number() }),
)
/** A folder. */
export type Folder = Readonly<z.infer<ReturnType<typeof folderSchema>>>

const holderSchema = once(() =>
  ownerSchema().extend({
    folder: folderSchema(),
    /** Those who came earlier have smaller ones. */
    ticket: z.int().nonnegative(),
    /** What it may write, and since when by its own clock. */
    claims: z.array(z.object({ of: z.string(), since: z.string() })),
    /** What it waits for: nobody who came later takes that before it. */
    waits: z.array(z.string()),
  }),
)

/** A holder, as its file tells. */
export type Holder = Readonly<z.infer<ReturnType<typeof holderSchema>>>

const counterDigits = 16
const counterText = (counter: number): string => String(counter).padStart(counterDigits, '0')

/** The text of a holder's file. */
export const formatHolder = (holder: Holder, counter: number): string =>
  `${counterText(counter)}\n${JSON.stringify(holder)}\n`

/** What a holder's file tells, or `undefined` if it is none or torn. */
export function parseHolder(
  text: string,
): { readonly holder: Holder; readonly counter: string } | undefined {
  const [counter, ...rest] = text.split('\n')
  const parsed = holderSchema().safeParse(jsonOf(rest.join('\n')))
  return parsed.success && counter.length === counterDigits
    ? { holder: parsed.data, counter }
    : undefined
}

/** Raises the counter in place: a file that somebody removed must not come back. */
export function raiseCounter(path: string, counter: number): void {
  const file = fs.openSync(path, fs.constants.O_WRONLY)
  try {
    fs.writeSync(file, counterText(counter), 0)
  } finally {
    fs.closeSync(file)
  }
}

/** Which folder a database is. */
export function folderOf(root: string): Folder {
  const { dev, ino } = fs.statSync(root)
  return { path: fs.realpathSync(root), device: dev, inode: ino }
}

/**
 * Whether a lock is certainly of another folder: this one is a copy that was made while the lock
 * was held. On other machines the numbers say nothing; there, the counter of a copy stands still.
 */
export const isOfAnother = ({ boot }: Owner, its: Folder, here: Folder): boolean =>
  boot !== '' &&
  boot === thisBoot &&
  its.path !== here.path &&
  (its.device !== here.device || its.inode !== here.inode)

/** The name of a holder's file. */
export const isUuid = (name: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)
