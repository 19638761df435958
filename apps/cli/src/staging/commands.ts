import { type CommandTable } from '../command.js';
import { install } from './install.js';
import { schema } from './schema.js';
import { select } from './select.js';
import { stageCases } from './stage.js';

export const commands: CommandTable = { stage: stageCases, select, schema, install };
