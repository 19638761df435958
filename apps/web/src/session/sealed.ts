/**
 * What could not be sent yet, kept in the tab so that a reload does not lose it, sealed so that it says nothing by itself.
 *
 * The session storage of a tab survives a reload and ends with the tab; browsers write it to disk to bring tabs back after a crash. So
 * nothing is put there but ciphertext (AES-GCM), and its key is the registry's: it gives it to a living session of the same person and to
 * nobody else, and it lives in this page's memory only. Whoever finds the storage finds noise. See docs/decisions/0009.
 */
const PREFIX = 'perennial.sealed.';

let key: { readonly actor: string; readonly bytes: string; readonly made: Promise<CryptoKey> } | null = null;

const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/** Names and persons of everything sealed in this tab. */
const entries = (): { readonly name: string; readonly actor: string }[] =>
  Object.keys(sessionStorage)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ name, actor: sessionStorage.getItem(name)?.split(' ')[0] ?? '' }));

/** Who works here now. What another person left sealed in this tab is removed: they are gone from it. @param bytes base64, 32 bytes. */
export function sealWith(actor: string, bytes: string | null): void {
  for (const entry of entries()) if (entry.actor !== actor) sessionStorage.removeItem(entry.name);
  // Without a secure connection browsers have no cryptography; then drafts live in memory alone.
  if (bytes === null || globalThis.crypto?.subtle === undefined) return void (key = null);
  if (key?.actor === actor && key.bytes === bytes) return;
  key = {
    actor,
    bytes,
    made: crypto.subtle.importKey('raw', fromBase64(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

const bound = (actor: string, name: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${actor} ${name}`);

/** A place for one thing, for example one draft. */
export interface Sealed {
  /** Keep a text in place of the one before; `null` removes it. Calls may overlap: the last one holds. */
  put(text: string | null): void;
  /** What was kept, if it is of the person who works here. Anything that cannot be opened is nothing. */
  get(): Promise<string | null>;
}

export function sealed(name: string): Sealed {
  const place = PREFIX + name;
  let wanted: string | null = null;
  let writing = false;
  /** Whose it is: when another person signs in on the page, nothing more of the one before is kept. */
  let owner: string | null = null;
  const mine = (): typeof key => {
    owner ??= key?.actor ?? null;
    return key?.actor === owner ? key : null;
  };

  const write = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    try {
      for (let done: string | null = null; wanted !== null && wanted !== done;) {
        const text: string = wanted;
        const now = mine();
        if (now === null) return;
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const cipher = await crypto.subtle.encrypt(
          { name: 'AES-GCM', iv, additionalData: bound(now.actor, name) },
          await now.made,
          new TextEncoder().encode(text),
        );
        done = text;
        if (wanted !== null && mine() !== null)
          sessionStorage.setItem(place, `${now.actor} ${toBase64(iv)} ${toBase64(new Uint8Array(cipher))}`);
      }
    } catch {
      // The storage of the tab is full or closed: the text is still in memory, and the page asks before it is left.
    } finally {
      writing = false;
    }
  };

  return {
    put(text) {
      wanted = text;
      if (text === null) sessionStorage.removeItem(place);
      else void write();
    },
    async get() {
      const [actor, iv, cipher] = sessionStorage.getItem(place)?.split(' ') ?? [];
      const opener = mine();
      if (actor === undefined || iv === undefined || cipher === undefined || opener?.actor !== actor) return null;
      try {
        const plain = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: fromBase64(iv), additionalData: bound(actor, name) },
          await opener.made,
          fromBase64(cipher),
        );
        return new TextDecoder().decode(plain);
      } catch {
        return null;
      }
    },
  };
}

/** Whether this tab keeps something that was not sent, of whomever. */
export const somethingSealed = (): boolean => entries().length > 0;
