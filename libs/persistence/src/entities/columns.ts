import { Column, type ColumnOptions } from 'typeorm';

const generatedColumn = (name: string, expression: string, extra: ColumnOptions = {}): PropertyDecorator =>
  Column({
    name,
    type: 'text',
    nullable: true,
    insert: false,
    update: false,
    asExpression: expression,
    generatedType: 'STORED',
    ...extra,
  });

/** A stored column generated from one NAACCR item of the row's `items`. */
export const ItemColumn = (name: string, itemId: string): PropertyDecorator =>
  generatedColumn(name, `items->>'${itemId}'`);

/** A stored column generated from an expression, compared byte by byte. */
export const KeyColumn = (name: string, expression: string): PropertyDecorator =>
  generatedColumn(name, expression, { collation: 'C' });

/** A text column. */
export const Text = (name: string, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ name, type: 'text', ...options });

/** A reference to another row by id. */
export const Ref = (name: string, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ name, type: 'uuid', ...options });

/** A point in time with the database's clock as its default. */
export const CreatedAt = (name: string): PropertyDecorator =>
  Column({ name, type: 'timestamptz', default: () => 'now()' });

/** A point in time that may not have come yet. */
export const MaybeAt = (name: string): PropertyDecorator => Column({ name, type: 'timestamptz', nullable: true });
