import { parseArgs } from 'node:util';
import { type Command, type CommandTable, UsageError } from '../command.js';
import { readInput } from '../input.js';

const parse: Command = {
  summary: 'read an HL7 v2 message or batch and print what is in it',
  usage: 'hl7 parse FILE',
  async run(args, io) {
    const { positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('give one file, or - for standard input');
    const { parseHl7 } = await import('@perennial/hl7');
    const { ack, messages, errors } = parseHl7(await readInput(file, io));
    const document = {
      ack,
      messages: messages.map(({ controlId, type, patient, reports, warnings }) => ({
        controlId,
        type,
        status: reports[0]?.status ?? null,
        filler: reports[0]?.filler ?? null,
        patient: {
          last: patient.last,
          first: patient.first,
          birthDate: patient.birthDate,
          sex: patient.sex,
          mrn: patient.mrn,
        },
        reports: reports.map(({ filler, status, orderCode, text, sections }) => ({
          filler,
          status,
          orderCode,
          text,
          sections,
        })),
        warnings,
      })),
      errors,
    };
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return ack === 'AA' ? 0 : 1;
  },
};

export const commands: CommandTable = { parse };
