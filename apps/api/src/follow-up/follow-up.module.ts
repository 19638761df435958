import { Module } from '@nestjs/common';
import { ContactsController } from './contacts.controller.js';
import { LettersController } from './letters.controller.js';
import { PhysiciansController } from './physicians.controller.js';
import { ReportsController } from './reports.controller.js';
import { SettingsController } from './settings.controller.js';
import { TasksController } from './tasks.controller.js';

@Module({
  controllers: [
    TasksController,
    ContactsController,
    LettersController,
    PhysiciansController,
    ReportsController,
    SettingsController,
  ],
})
export class FollowUpModule {}
