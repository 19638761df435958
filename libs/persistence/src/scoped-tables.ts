/**
 * Tables that hold nothing of patients, each with the reason. Every other table must be under row security: a test names those that are
 * neither here nor have a policy.
 */
export const WITHOUT_PATIENT_DATA: Readonly<Record<string, string>> = {
  api_token: 'tokens of jobs and devices; the hash is not readable',
  app_user: 'people who sign in; the hash is not readable',
  edit_run: 'counts by edit, ids of cases as samples',
  edit_set_version: 'which edits a registry uses',
  facility: 'names and numbers of facilities',
  facility_alias: 'what senders call facilities',
  facility_synonym: 'words that facilities use, and the codes they mean',
  follow_up_pass: 'runs of the daily pass',
  follow_up_pass_part: 'counts of what a part of a pass did',
  follow_up_setting: 'settings of facilities with their history',
  letter_sender: 'letterheads and return addresses of facilities',
  letter_template: 'words of letters, without a patient',
  login_throttle: 'counts by the hash of an account or address',
  migrations: 'names of migrations',
  number_series: 'the last number of each series',
  outbox_message: 'payloads of jobs: ids only, by contract',
  physician: 'names and addresses of physicians, as providers',
  setting: 'settings of the registry',
  staging_algorithm: 'algorithm files as published',
  staging_run: 'counts of what a new algorithm changes',
  typeorm_metadata: 'expressions of generated columns',
  user_dictionary: 'dictionaries of items as published',
  user_grant: 'roles of people',
  user_session: 'sessions; the hash is not readable',
};

/** Tables whose rows each of several facilities may see, with the columns that are shared. The rest is in a view of its own. */
export const SHARED_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  patient: ['id', 'vital_status', 'date_of_last_contact', 'cause_of_death', 'revision', 'created_at'],
};
