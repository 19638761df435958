/** Rows that one request may name. */
const AT_ONCE = 200;

/** Send something about any number of rows, no more of them at a time than the API takes. @returns the answers in order. */
export async function inParts<T>(
  ids: readonly string[],
  send: (part: readonly string[]) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) answers.push(await send(ids.slice(at, at + AT_ONCE)));
  return answers;
}
