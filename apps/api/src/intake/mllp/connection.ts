import { createMllpDecoder, frame } from '@perennial/hl7';
import { type Socket } from 'node:net';

export interface MllpLimits {
  readonly maxBytes: number;
  /** Longest time for a message to come whole, and for an answer to be taken. */
  readonly messageMs: number;
  readonly idleMs: number;
}

/** What a connection needs from outside. */
export interface MllpHandler {
  /** Store a message. @returns the text of the answer; rejects when it could not be stored. */
  handle(message: Buffer): Promise<string>;
  /** The answer to a message that was not stored: `head` are its first bytes. */
  refuse(head: Uint8Array, code: string, text: string): string;
  log(text: string): void;
}

/** Messages of one connection that wait for the one at work; then the sender is not read for a while. */
const WAITING = 8;
/** Bytes outside of frames after which a sender is taken for one that speaks something else. */
const MOST_SKIPPED = 65_536;

/**
 * One connection: messages one after the other, each answered after its bytes are stored, in the order in which they came. A sender that
 * is too slow, sends too much or does not take its answers is cut off; what was not answered it has to send again.
 *
 * @returns `drain`: stop reading, answer what has come whole, and end.
 */
export function serveMllp(socket: Socket, handler: MllpHandler, limits: MllpLimits): { drain(): Promise<void> } {
  const decoder = createMllpDecoder(limits.maxBytes);
  const queue: Buffer[] = [];
  let working: Promise<void> = Promise.resolve();
  let busy = false;
  let draining = false;
  let finished = false;
  let slow: NodeJS.Timeout | null = null;

  const cutOff = (code: string, text: string): void => {
    if (finished) return;
    finished = true;
    handler.log(`${code} from ${socket.remoteAddress ?? 'unknown'}`);
    const answer = handler.refuse(decoder.head(), code, text);
    // Answers of messages that came whole go first.
    void working.finally(() => {
      socket.end(frame(Buffer.from(answer, 'utf8')));
      socket.destroySoon();
    });
    socket.pause();
  };
  const watch = (): void => {
    if (slow !== null) clearTimeout(slow);
    slow = null;
  };

  const answer = async (text: string): Promise<void> => {
    if (socket.destroyed || !socket.writable) return;
    if (socket.write(frame(Buffer.from(text, 'utf8')))) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(), limits.messageMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      socket.once('drain', done);
      socket.once('close', done);
    });
  };
  const work = async (): Promise<void> => {
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      let text: string;
      try {
        text = await handler.handle(message);
      } catch {
        text = handler.refuse(
          message.subarray(0, 2_000),
          'not-stored',
          'the message could not be stored; send it again',
        );
      }
      await answer(text);
      if (queue.length < WAITING && !draining && !finished) socket.resume();
    }
    busy = false;
  };
  const take = (messages: readonly Uint8Array[]): void => {
    queue.push(...messages.map((message) => Buffer.from(message)));
    if (queue.length >= WAITING) socket.pause();
    if (!busy && queue.length > 0) {
      busy = true;
      working = work();
    }
  };

  socket.setTimeout(limits.idleMs, () => {
    if (!busy) socket.end();
  });
  socket.on('data', (chunk: Buffer) => {
    if (finished) return;
    try {
      take(decoder.push(chunk));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      watch();
      cutOff('too-large', `a message may have ${limits.maxBytes} bytes at most`);
      return;
    }
    if (decoder.skipped > MOST_SKIPPED) {
      cutOff('no-frames', 'the bytes are not in frames of MLLP');
      return;
    }
    if (!decoder.open) watch();
    else slow ??= setTimeout(() => cutOff('too-slow', 'the message did not come whole in time'), limits.messageMs);
  });
  // A sender may close its side when it has sent all it has, and still wait for the answers.
  socket.on('end', () => {
    watch();
    if (decoder.open) handler.log(`torn message from ${socket.remoteAddress ?? 'unknown'}: ${decoder.pending} bytes`);
    void working.finally(() => socket.end());
  });
  socket.on('error', (error) => handler.log(`connection: ${(error as NodeJS.ErrnoException).code ?? error.name}`));
  socket.on('close', watch);

  return {
    async drain() {
      draining = true;
      watch();
      socket.pause();
      await working;
      if (socket.destroyed) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => socket.destroy(), 1_000);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.end();
        socket.resume();
      });
    },
  };
}
