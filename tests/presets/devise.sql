-- Rails 8 with Devise and the extensions that the preset knows.
CREATE TABLE users (id bigserial PRIMARY KEY, email varchar NOT NULL DEFAULT '', encrypted_password varchar NOT NULL DEFAULT '',
    reset_password_token varchar UNIQUE, reset_password_sent_at timestamp, remember_created_at timestamp, sign_in_count int NOT NULL DEFAULT 0,
    current_sign_in_at timestamp, last_sign_in_at timestamp, current_sign_in_ip inet, last_sign_in_ip varchar,
    confirmation_token varchar UNIQUE, confirmed_at timestamp, confirmation_sent_at timestamp, unconfirmed_email varchar,
    failed_attempts int NOT NULL DEFAULT 0, unlock_token varchar UNIQUE, locked_at timestamp,
    invitation_token varchar UNIQUE, invitation_created_at timestamp, invitation_limit int, invited_by_type varchar, invited_by_id bigint,
    provider varchar NOT NULL DEFAULT 'email', uid varchar NOT NULL DEFAULT '', tokens json, allow_password_change boolean,
    otp_secret varchar, consumed_timestep int, otp_required_for_login boolean, otp_backup_codes varchar[],
    unique_session_id varchar, jti varchar NOT NULL UNIQUE, name varchar, nickname varchar, image varchar,
    created_at timestamp NOT NULL, updated_at timestamp NOT NULL, UNIQUE (uid, provider));
CREATE UNIQUE INDEX index_users_on_email ON users (lower(email));
CREATE TABLE admin_users (id bigserial PRIMARY KEY, email varchar NOT NULL UNIQUE, encrypted_password varchar NOT NULL,
    reset_password_token varchar UNIQUE, created_at timestamp NOT NULL);
CREATE TABLE old_passwords (id bigserial PRIMARY KEY, encrypted_password varchar NOT NULL, password_archivable_type varchar NOT NULL,
    password_archivable_id int NOT NULL, password_salt varchar, created_at timestamp);
CREATE TABLE jwt_denylist (id bigserial PRIMARY KEY, jti varchar NOT NULL, exp timestamp NOT NULL);
CREATE TABLE identities (id bigserial PRIMARY KEY, user_id bigint REFERENCES users, provider varchar, uid varchar, UNIQUE (provider, uid));
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL);
CREATE TABLE active_storage_blobs (id bigserial PRIMARY KEY, key varchar NOT NULL UNIQUE, filename varchar NOT NULL, content_type varchar,
    metadata text, service_name varchar NOT NULL, byte_size bigint NOT NULL, checksum varchar, created_at timestamp NOT NULL);
CREATE TABLE active_storage_attachments (id bigserial PRIMARY KEY, name varchar NOT NULL, record_type varchar NOT NULL,
    record_id bigint NOT NULL, blob_id bigint NOT NULL, created_at timestamp NOT NULL, UNIQUE (record_type, record_id, name, blob_id));
CREATE TABLE active_storage_variant_records (id bigserial PRIMARY KEY, blob_id bigint NOT NULL, variation_digest varchar NOT NULL,
    UNIQUE (blob_id, variation_digest));
CREATE TABLE action_text_rich_texts (id bigserial PRIMARY KEY, name varchar NOT NULL, body text, record_type varchar NOT NULL,
    record_id bigint NOT NULL, UNIQUE (record_type, record_id, name));
CREATE TABLE sessions (id bigserial PRIMARY KEY, session_id varchar NOT NULL UNIQUE, data text, created_at timestamp, updated_at timestamp);
CREATE TABLE versions (id bigserial PRIMARY KEY, item_type varchar NOT NULL, item_id bigint NOT NULL, event varchar NOT NULL, whodunnit varchar,
    object text, object_changes jsonb, created_at timestamp);
CREATE TABLE audits (id bigserial PRIMARY KEY, auditable_id int, auditable_type varchar, associated_id int, associated_type varchar,
    user_id int, user_type varchar, username varchar, action varchar, audited_changes jsonb, version int, comment varchar,
    remote_address varchar, request_uuid varchar, created_at timestamp);
CREATE TABLE oauth_applications (id bigserial PRIMARY KEY, name varchar NOT NULL, uid varchar NOT NULL UNIQUE, secret varchar NOT NULL,
    redirect_uri text NOT NULL, scopes varchar NOT NULL DEFAULT '', confidential boolean NOT NULL, created_at timestamp NOT NULL);
CREATE TABLE oauth_access_grants (id bigserial PRIMARY KEY, resource_owner_id bigint NOT NULL, application_id bigint NOT NULL,
    token varchar NOT NULL UNIQUE, expires_in int NOT NULL, redirect_uri text NOT NULL, scopes varchar NOT NULL, created_at timestamp,
    revoked_at timestamp, code_challenge varchar, code_challenge_method varchar);
CREATE TABLE oauth_access_tokens (id bigserial PRIMARY KEY, resource_owner_id bigint, application_id bigint, token varchar NOT NULL UNIQUE,
    refresh_token varchar UNIQUE, expires_in int, scopes varchar, created_at timestamp NOT NULL, revoked_at timestamp,
    previous_refresh_token varchar NOT NULL DEFAULT '');
CREATE TABLE delayed_jobs (id bigserial PRIMARY KEY, priority int NOT NULL, attempts int NOT NULL, handler text NOT NULL, last_error text,
    run_at timestamp, locked_at timestamp, failed_at timestamp, locked_by varchar, queue varchar);
CREATE TABLE solid_queue_jobs (id bigserial PRIMARY KEY, queue_name varchar NOT NULL, class_name varchar NOT NULL, arguments text,
    priority int NOT NULL, active_job_id varchar, scheduled_at timestamp, finished_at timestamp, concurrency_key varchar);
CREATE TABLE solid_queue_semaphores (id bigserial PRIMARY KEY, key varchar NOT NULL UNIQUE, value int NOT NULL, expires_at timestamp NOT NULL);
CREATE TABLE solid_queue_processes (id bigserial PRIMARY KEY, kind varchar NOT NULL, last_heartbeat_at timestamp NOT NULL, supervisor_id bigint,
    pid int NOT NULL, hostname varchar, metadata text, created_at timestamp NOT NULL, name varchar NOT NULL, UNIQUE (name, supervisor_id));
CREATE TABLE good_jobs (id uuid PRIMARY KEY, queue_name text, priority int, serialized_params jsonb, error text, active_job_id uuid,
    concurrency_key text, cron_key text, job_class text, labels text[], locked_by_id uuid, cron_at timestamp);
CREATE UNIQUE INDEX ON good_jobs (cron_key, cron_at) WHERE cron_key IS NOT NULL;
CREATE TABLE good_job_batches (id uuid PRIMARY KEY, description text, serialized_properties jsonb, on_finish text, on_success text,
    on_discard text, callback_queue_name text, callback_priority int);
CREATE TABLE good_job_executions (id uuid PRIMARY KEY, active_job_id uuid NOT NULL, job_class text, queue_name text, serialized_params jsonb,
    error text, error_event smallint, error_backtrace text[], process_id uuid, duration interval);
CREATE TABLE good_job_processes (id uuid PRIMARY KEY, state jsonb, lock_type smallint);
CREATE TABLE good_job_settings (id uuid PRIMARY KEY, key text UNIQUE, value jsonb);
CREATE TABLE solid_cache_entries (id bigserial PRIMARY KEY, key bytea NOT NULL, value bytea NOT NULL, created_at timestamp NOT NULL,
    key_hash bigint NOT NULL UNIQUE, byte_size int NOT NULL);
CREATE TABLE solid_cable_messages (id bigserial PRIMARY KEY, channel bytea NOT NULL, payload bytea NOT NULL, created_at timestamp NOT NULL,
    channel_hash bigint NOT NULL);
