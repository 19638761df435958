const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LENGTH = 36;
/** Deeper than any answer of the API. */
const DEEPEST = 12;

/** Whether a text is an id as the platform writes them. */
export const isId = (text: string): boolean => text.length === LENGTH && UUID.test(text);

/** Collect every id in a value, keys of records included. Long texts cost nothing: an id is known by its length first. */
export function idsIn(value: unknown, into = new Set<string>(), depth = 0): Set<string> {
  if (typeof value === 'string') {
    if (isId(value)) into.add(value.toLowerCase());
  } else if (value !== null && typeof value === 'object' && depth < DEEPEST) {
    if (Array.isArray(value)) for (const one of value) idsIn(one, into, depth + 1);
    else if (value instanceof Map || value instanceof Set) for (const one of value) idsIn(one, into, depth + 1);
    else if (!ArrayBuffer.isView(value) && !(value instanceof Date)) {
      for (const [key, one] of Object.entries(value)) {
        if (isId(key)) into.add(key.toLowerCase());
        idsIn(one, into, depth + 1);
      }
    }
  }
  return into;
}
