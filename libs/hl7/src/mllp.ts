const START = 0x0b;
const END = 0x1c;
const RETURN = 0x0d;

/** Put a message into a frame of the minimal lower layer protocol. */
export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 3);
  framed[0] = START;
  framed.set(message, 1);
  framed[message.length + 1] = END;
  framed[message.length + 2] = RETURN;
  return framed;
}

/** Takes bytes as they arrive and gives whole messages. */
export interface MllpDecoder {
  /**
   * @returns messages that became complete; bytes outside of frames are skipped.
   * @throws RangeError when a message is longer than allowed; what came of it so far is in `head`.
   */
  push(chunk: Uint8Array): Uint8Array[];
  /** A message has begun and not ended. */
  readonly open: boolean;
  /** Bytes of a message that has begun and not ended. */
  readonly pending: number;
  /** Bytes outside of frames so far. */
  readonly skipped: number;
  /** First bytes of the message that has begun, enough for its header. */
  head(): Uint8Array;
}

const HEAD_BYTES = 2_000;

/**
 * @param maxBytes a longer message is refused by throwing `RangeError`: the sender is cut off rather than memory filled.
 * @source HL7 v2 Transport Specification, MLLP release 1: VT, message, FS CR. The CR is not waited for: some senders leave it out.
 */
export function createMllpDecoder(maxBytes: number): MllpDecoder {
  let parts: Uint8Array[] | null = null;
  let size = 0;
  let skipped = 0;
  return {
    get open() {
      return parts !== null;
    },
    get pending() {
      return size;
    },
    get skipped() {
      return skipped;
    },
    head() {
      return join(parts ?? [], Math.min(size, HEAD_BYTES));
    },
    push(chunk) {
      const messages: Uint8Array[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (parts === null) {
          const start = chunk.indexOf(START, at);
          const outside = chunk.subarray(at, start < 0 ? chunk.length : start);
          skipped += outside.length - (outside[0] === RETURN ? 1 : 0);
          if (start < 0) break;
          parts = [];
          at = start + 1;
          continue;
        }
        const end = chunk.indexOf(END, at);
        const piece = chunk.subarray(at, end < 0 ? chunk.length : end);
        size += piece.length;
        if (piece.length > 0) parts.push(piece.slice());
        if (size > maxBytes) throw new RangeError(`message exceeds ${maxBytes} bytes`);
        at = end < 0 ? chunk.length : end + 1;
        if (end < 0) continue;
        messages.push(join(parts, size));
        parts = null;
        size = 0;
      }
      return messages;
    },
  };
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    if (offset >= size) break;
    whole.set(part.subarray(0, size - offset), offset);
    offset += part.length;
  }
  return whole;
}
