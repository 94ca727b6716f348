// Corrections of organs as a person makes them on the page: added to the list, or taken back.
import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { FSDB } from '../../fsdb/fsdb.ts'
import type { Json } from '../../base/types.ts'
import { formatJson } from '../../base/json.ts'
import { organKinds } from '../../geometry/phyllotaxis/kinds.ts'
import {
  parseCorrections,
  type CorrectionList,
} from '../../geometry/phyllotaxis/parse-corrections.ts'
import { badRequest } from '../http/answers.ts'
import { correctionsPlace, storedCorrections } from './corrections.ts'

const place = z.tuple([z.number(), z.number(), z.number()])
const saying = z.string().trim().max(1000)

const request = z.strictObject({
  add: z
    .array(
      z.strictObject({
        do: z.enum(['remove', 'add', 'move', 'kind']),
        at: place,
        from: place.optional(),
        tip: place.optional(),
        kind: z.enum(organKinds).optional(),
        why: saying.optional(),
        by: saying.optional(),
      }),
    )
    .max(200)
    .default([]),
  takeBack: z.array(z.string().max(64)).max(200).default([]),
})

/** More corrections than any plant has organs. */
const mostCorrections = 2000

/**
 * Changes the list of a scan, in its file, wholly or not at all.
 *
 * @param unit of the scan, where it is known; a list that is there keeps its own
 * @throws RomiError `store/locked` while another writer has the scan; `web/bad-request`
 */
export async function changeCorrections(
  db: FSDB,
  scanId: string,
  body: Json,
  unit: string | undefined,
  now: Date,
): Promise<void> {
  const parsed = request.safeParse(body)
  if (!parsed.success) badRequest(z.prettifyError(parsed.error))
  const { add, takeBack } = parsed.data
  await db.takeScan(scanId)
  const scan = await db.getScan(scanId)
  const before = (await storedCorrections(scan)) ?? {
    version: 1 as const,
    ...(unit !== undefined && { unit }),
    corrections: [],
  }
  const unknown = takeBack.find((id) => !before.corrections.some((entry) => entry.id === id))
  if (unknown !== undefined) badRequest(`there is no correction "${unknown}": load the page anew`)
  const date = now.toISOString()
  const kept = before.corrections.filter(({ id }) => !takeBack.includes(id))
  const added = add.map(({ why, by, ...entry }) => ({
    id: `c-${randomBytes(5).toString('hex')}`,
    ...entry,
    ...(why && { why }),
    ...(by && { by }),
    date,
  }))
  if (kept.length + added.length > mostCorrections)
    badRequest(`a scan takes ${mostCorrections} corrections at most`)
  const list = checkedList({ ...before, corrections: [...kept, ...added] })
  const { fileset, file } = correctionsPlace
  const of = (await scan.hasFileset(fileset))
    ? await scan.getFileset(fileset)
    : await scan.createFileset(fileset)
  const target = (await of.hasFile(file)) ? await of.getFile(file) : await of.createFile(file)
  // Safe: a list is made of JSON values only.
  await target.write(Buffer.from(formatJson(list as unknown as Json)), 'json')
}

/** What is written can be read: one that adds an organ has a tip, one of a kind has it. */
function checkedList(list: unknown): CorrectionList {
  try {
    return parseCorrections(list)
  } catch (error) {
    if (error instanceof RangeError) badRequest(error.message)
    throw error
  }
}
