import { envelopeName } from '@perennial/follow-up';
import { showDate } from '../ui/format.js';
import { type TaskDetail } from './queries.js';

export type Party = 'patient' | 'contact' | 'physician';

export interface Script {
  readonly title: string;
  readonly lines: readonly string[];
}

/** `Quill, Marisol` as people are called. */
const spoken = (name: string): string => name.split(', ').reverse().join(' ');

/**
 * What to say on the telephone, to whom. To the patient nothing is named before it is sure who is on the line; to relatives, and on an
 * answering machine, never.
 *
 * @param facility name of the facility; where it tells what the call is about, a neutral one is said.
 */
export function callScript(party: Party, task: TaskDetail, caller: string, facility: string): Script {
  const from = envelopeName(facility);
  const last = showDate(task.dateOfLastContact);
  const name = spoken(task.name);
  switch (party) {
    case 'patient':
      return {
        title: 'To the patient',
        lines: [
          `This is ${caller} from ${from}. May I speak with ${name}?`,
          'When you are sure who it is: may I ask your date of birth?',
          `We keep in touch once a year with everybody who was our patient${last === '' ? '' : `; we last heard of you on ${last}`}. How have you been?`,
          'Which doctor have you seen since then, and when? Has anything come back, and is there any new treatment?',
          'Are this telephone number and your address still right? Thank you; your answers are kept in confidence.',
          `On a machine say only: this is ${caller} from ${from} for ${name}; please call back.`,
        ],
      };
    case 'contact':
      return {
        title: 'To a relative or friend',
        lines: [
          `This is ${caller} from ${from}. ${name} gave us your name as somebody who would know how to reach them.`,
          'Can you tell me how they can be reached? When did you last see or speak with them?',
          'If they have died: I am very sorry. May I ask when, and where?',
          'Do not say why we ask, and nothing of any illness, whatever is asked.',
        ],
      };
    case 'physician':
      return {
        title: 'To a physician’s office',
        lines: [
          `This is ${caller} from the registry of ${facility}. I am calling about ${name}, born ${showDate(task.dateOfBirth)}.`,
          `When did you last see the patient? We have ${last === '' ? 'no date' : last}.`,
          'Was there evidence of disease? Any recurrence, and on which date?',
          'Who follows the patient now, if not you?',
        ],
      };
  }
}
