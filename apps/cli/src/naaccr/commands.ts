import { type CommandTable } from '../command.js';
import { recode } from '../recode/recode.js';

export const commands: CommandTable = { recode };
