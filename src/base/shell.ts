// Commands that people are told to type.

/** A text as a shell takes it for one word. */
export const shellWord = (text: string): string =>
  /^[\p{L}\p{N}_./\\:-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
