import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { acknowledgement, type Hl7Outcome, type Hl7Result, readMessage } from '@perennial/hl7';
import { receiveHl7 } from '@perennial/records';
import { type Scoped } from '@perennial/persistence';
import { Clock, CONFIG, SCOPED } from '../../platform/tokens.js';
import { IntakeService } from '../intake.service.js';
import { serveMllp } from './connection.js';
import { principalOfSender } from './senders.js';

/**
 * HL7 v2 over TCP, as laboratory systems send it. Off unless `HL7_MLLP_PORT` is set.
 *
 * An answer is given after the bytes are stored, never before: AA taken, AE wrong in content, AR refused or not stored. A message of a
 * sender that no setting maps is stored, held for an operator and answered AR.
 */
@Injectable()
export class MllpServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Mllp');
  private readonly connections = new Set<ReturnType<typeof serveMllp>>();
  private server: Server | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly intake: IntakeService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { HL7_MLLP_PORT: port, HL7_MLLP_HOST: host } = this.config;
    if (port === undefined) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket));
    server.maxConnections = this.config.HL7_MLLP_CONNECTIONS;
    server.on('drop', () => this.log.warn('a connection was refused: there are as many as allowed'));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    server.on('error', (error) => this.log.error(`listener: ${error.name}`));
    this.server = server;
    this.log.log(`listening on ${host}:${port}`);
  }

  /** No new connections; messages that have come whole are stored and answered, then connections end. */
  async onModuleDestroy(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...this.connections].map((connection) => connection.drain()));
    await closed;
  }

  private accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const connection = serveMllp(
      socket,
      {
        handle: (message) => this.take(message, address),
        refuse: (head, code, text) => this.refusal(head, code, text),
        log: (text) => this.log.warn(text),
      },
      {
        maxBytes: this.config.HL7_MLLP_MAX_BYTES,
        messageMs: this.config.HL7_MLLP_MESSAGE_MS,
        idleMs: this.config.HL7_MLLP_IDLE_MS,
      },
    );
    this.connections.add(connection);
    socket.once('close', () => this.connections.delete(connection));
  }

  private async take(raw: Buffer, address: string): Promise<string> {
    const message = receiveHl7(raw, (result) => this.answer(result));
    const from = message.result.messages[0];
    const principal = await principalOfSender(this.scoped, {
      address,
      application: from?.sendingApplication ?? '',
      facility: [from?.sendingFacility.name ?? '', from?.sendingFacility.id ?? ''].filter((name) => name !== ''),
    });
    if (principal !== null) {
      await this.intake.store(principal, message);
      return message.acknowledgement;
    }
    const acknowledgementOfRefusal = this.answer(
      refused(message.result, 'mllp.unknown-sender', 'the sender is not known here'),
    );
    await this.intake.hold({ ...message, acknowledgement: acknowledgementOfRefusal }, 'mllp.unknown-sender');
    this.log.warn(`message ${message.id} is held: no setting maps its sender at ${address}`);
    return acknowledgementOfRefusal;
  }

  private answer(result: Parameters<typeof acknowledgement>[0]): string {
    const now = this.clock.now().toISOString().replace(/\D/g, '').slice(0, 14);
    return acknowledgement(result, now, randomUUID().slice(0, 20));
  }

  /** The answer to a message that was not stored, or not even come whole; its control id is read from what there is. */
  private refusal(head: Uint8Array, code: string, text: string): string {
    const start = Buffer.from(head).indexOf('MSH');
    const outcome = start < 0 ? undefined : readMessage(head.subarray(start));
    return this.answer(refused({ outcomes: outcome === undefined ? [] : [outcome] }, `mllp.${code}`, text));
  }
}

const refused = (
  { outcomes }: { readonly outcomes: readonly Hl7Outcome[] },
  code: string,
  message: string,
): Pick<Hl7Result, 'ack' | 'errors' | 'outcomes'> => ({
  ack: 'AR',
  errors: [{ code, segment: 'MSH', field: null, message }],
  outcomes,
});
