// Which scans are due: those that changed since they were measured, and stood still since the last look.

/** What was seen of the scans that are watched. */
export class StillnessWatch {
  readonly #seen = new Map<string, string>()
  readonly #measured = new Map<string, string>()

  /**
   * Looks at a scan.
   *
   * @param stamp another text after any change of the scan
   * @returns whether it is to be measured now
   */
  look(scan: string, stamp: string): boolean {
    const isStill = this.#seen.get(scan) === stamp
    this.#seen.set(scan, stamp)
    return isStill && this.#measured.get(scan) !== stamp
  }

  /**
   * It was measured as it was then. What the run itself wrote changes it once more: the run after
   * has nothing to do, and no change that came meanwhile is missed.
   */
  measured(scan: string): void {
    const stamp = this.#seen.get(scan)
    if (stamp !== undefined) this.#measured.set(scan, stamp)
  }
}
