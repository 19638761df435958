import { type CommandTable } from '../command.js';
import { compare } from './compare.js';

export const commands: CommandTable = { compare };
