import { type CommandTable } from '../command.js';
import { recode } from '../recode/recode.js';
import { check } from './check.js';
import { convert } from './convert.js';
import { items } from './items.js';

export const commands: CommandTable = { check, convert, items, recode };
