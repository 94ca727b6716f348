// The ids of a database, as types that only a check gives.
import type { Brand } from '../base/types.ts'

/** The id of a scan: its folder's name in the database. */
export type ScanId = Brand<string, 'ScanId'>
/** The id of a fileset: its folder's name in the scan. */
export type FilesetId = Brand<string, 'FilesetId'>
/** The id of a file: its name without the extension. */
export type FileId = Brand<string, 'FileId'>
/** The id of a run: its time to the millisecond and something unique, so that ids sort by age. */
export type RunId = Brand<string, 'RunId'>
