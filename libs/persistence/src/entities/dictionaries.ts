import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, Text } from './columns.js';

/** A dictionary of items beyond the standard, as it came. At most one version under a URI is in use. */
@Entity({ name: 'user_dictionary' })
@Unique('user_dictionary_sha256_uq', ['sha256'])
@Check('user_dictionary_sha256_ck', `sha256 ~ '^[0-9a-f]{64}$'`)
@Index('user_dictionary_current_uq', ['uri'], { unique: true, where: 'current' })
export class UserDictionaryFile {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('uri') uri!: string;
  /** Of the base dictionary it was made for. */
  @Text('version', { nullable: true }) version!: string | null;
  @Text('sha256') sha256!: string;
  @Column({ name: 'file', type: 'bytea' }) file!: Buffer;
  @Column({ name: 'items', type: 'integer' }) items!: number;
  @Column({ name: 'current', type: 'boolean', default: false }) current!: boolean;
  @Text('installed_by') installedBy!: string;
  @CreatedAt('installed_at') installedAt!: Date;
}
