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
  /** @returns messages that became complete; bytes outside of frames are skipped. */
  push(chunk: Uint8Array): Uint8Array[];
  /** Bytes of a message that has begun and not ended. */
  readonly pending: number;
}

/** @param maxBytes a longer message is refused by throwing `RangeError`: the sender is cut off rather than memory filled. */
export function createMllpDecoder(maxBytes: number): MllpDecoder {
  let parts: Uint8Array[] | null = null;
  let size = 0;
  return {
    get pending() {
      return size;
    },
    push(chunk) {
      const messages: Uint8Array[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (parts === null) {
          const start = chunk.indexOf(START, at);
          if (start < 0) break;
          parts = [];
          at = start + 1;
          continue;
        }
        const end = chunk.indexOf(END, at);
        const piece = chunk.subarray(at, end < 0 ? chunk.length : end);
        size += piece.length;
        if (size > maxBytes) throw new RangeError(`message exceeds ${maxBytes} bytes`);
        parts.push(piece.slice());
        at = end < 0 ? chunk.length : end + 1;
        if (end < 0) continue;
        const message = new Uint8Array(size);
        let offset = 0;
        for (const part of parts) {
          message.set(part, offset);
          offset += part.length;
        }
        messages.push(message);
        parts = null;
        size = 0;
      }
      return messages;
    },
  };
}
