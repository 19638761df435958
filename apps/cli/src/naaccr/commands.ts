import { type CommandTable } from '../command.js';
import { recode } from '../recode/recode.js';
import { check } from './check.js';

export const commands: CommandTable = { check, recode };
