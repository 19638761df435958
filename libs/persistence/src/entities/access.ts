import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { CreatedAt, MaybeAt, Ref, Text } from './columns.js';
import { Facility } from './registry.js';

/** A person who signs in. */
@Entity({ name: 'app_user' })
@Unique('app_user_login_uq', ['login'])
@Check('app_user_login_ck', 'login = lower(login)')
export class AppUser {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('login') login!: string;
  @Text('name') name!: string;
  /** Written into abstracts, NAACCR item 570. */
  @Text('initials') initials!: string;
  @Text('password_hash') passwordHash!: string;
  @Column({ name: 'must_change', type: 'boolean', default: true }) mustChange!: boolean;
  @MaybeAt('disabled_at') disabledAt!: Date | null;
  @CreatedAt('created_at') createdAt!: Date;
  /** Seals in the browser what it could not send yet; 32 bytes, made when it is first asked for. */
  @Column({ name: 'draft_key', type: 'bytea', nullable: true }) draftKey!: Buffer | null;
  /** Keys of the web app that the person chose, by what they do. */
  @Column({ name: 'key_choices', type: 'jsonb', default: {} }) keyChoices!: Readonly<Record<string, string>>;
}

/** A role of a person at one facility, or registry-wide. */
@Entity({ name: 'user_grant' })
@Unique('user_grant_uq', ['userId', 'role', 'facilityId'])
export class UserGrant {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ForeignKey(() => AppUser, { name: 'user_grant_user_fk' }) @Ref('user_id') userId!: string;
  @Text('role') role!: string;
  @ForeignKey(() => Facility, { name: 'user_grant_facility_fk' }) @Ref('facility_id', { nullable: true }) facilityId!:
    string | null;
}

/** A signed-in browser. */
@Entity({ name: 'user_session' })
@Index('user_session_user_idx', ['userId'])
export class UserSession {
  @PrimaryColumn({ name: 'token_hash', type: 'text' }) tokenHash!: string;
  @ForeignKey(() => AppUser, { name: 'user_session_user_fk' }) @Ref('user_id') userId!: string;
  @Text('csrf') csrf!: string;
  @CreatedAt('created_at') createdAt!: Date;
  @CreatedAt('last_seen_at') lastSeenAt!: Date;
  @MaybeAt('ended_at') endedAt!: Date | null;
}

/** The key of a job or a device: one role, one facility or registry-wide, with an end. */
@Entity({ name: 'api_token' })
@Unique('api_token_hash_uq', ['tokenHash'])
export class ApiToken {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Text('name') name!: string;
  @Text('token_hash') tokenHash!: string;
  @Text('role') role!: string;
  @ForeignKey(() => Facility, { name: 'api_token_facility_fk' }) @Ref('facility_id', { nullable: true }) facilityId!:
    string | null;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @MaybeAt('revoked_at') revokedAt!: Date | null;
  @Text('created_by') createdBy!: string;
  @CreatedAt('created_at') createdAt!: Date;
  @MaybeAt('last_used_at') lastUsedAt!: Date | null;
}

/** Attempts to sign in, counted by the hash of an account, an address, or both. */
@Entity({ name: 'login_throttle' })
export class LoginThrottle {
  @PrimaryColumn({ name: 'key', type: 'text' }) key!: string;
  @Column({ name: 'attempts', type: 'integer' }) attempts!: number;
  @CreatedAt('since') since!: Date;
}
