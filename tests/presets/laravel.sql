-- Laravel 12 and the packages that the preset knows.
CREATE TABLE users (id bigserial PRIMARY KEY, name varchar(255) NOT NULL, email varchar(255) NOT NULL UNIQUE, email_verified_at timestamp(0),
    password varchar(255) NOT NULL, remember_token varchar(100), created_at timestamp(0), updated_at timestamp(0),
    two_factor_secret text, two_factor_recovery_codes text, two_factor_confirmed_at timestamp(0), current_team_id bigint,
    profile_photo_path varchar(2048), stripe_id varchar(255), pm_type varchar(255), pm_last_four varchar(4), trial_ends_at timestamp(0));
CREATE TABLE password_reset_tokens (email varchar(255) PRIMARY KEY, token varchar(255) NOT NULL, created_at timestamp(0));
CREATE TABLE sessions (id varchar(255) PRIMARY KEY, user_id bigint, ip_address varchar(45), user_agent text, payload text NOT NULL,
    last_activity int NOT NULL);
CREATE TABLE cache (key varchar(255) PRIMARY KEY, value text NOT NULL, expiration int NOT NULL);
CREATE TABLE cache_locks (key varchar(255) PRIMARY KEY, owner varchar(255) NOT NULL, expiration int NOT NULL);
CREATE TABLE jobs (id bigserial PRIMARY KEY, queue varchar(255) NOT NULL, payload text NOT NULL, attempts smallint NOT NULL, reserved_at int,
    available_at int NOT NULL, created_at int NOT NULL);
CREATE TABLE job_batches (id varchar(255) PRIMARY KEY, name varchar(255) NOT NULL, total_jobs int NOT NULL, pending_jobs int NOT NULL,
    failed_jobs int NOT NULL, failed_job_ids text NOT NULL, options text, cancelled_at int, created_at int NOT NULL, finished_at int);
CREATE TABLE failed_jobs (id bigserial PRIMARY KEY, uuid varchar(255) NOT NULL UNIQUE, connection text NOT NULL, queue text NOT NULL,
    payload text NOT NULL, exception text NOT NULL, failed_at timestamp(0) NOT NULL);
CREATE TABLE migrations (id serial PRIMARY KEY, migration varchar(255) NOT NULL, batch int NOT NULL);
CREATE TABLE notifications (id uuid PRIMARY KEY, type varchar(255) NOT NULL, notifiable_type varchar(255) NOT NULL, notifiable_id bigint NOT NULL,
    data text NOT NULL, read_at timestamp(0), created_at timestamp(0), updated_at timestamp(0));
CREATE TABLE personal_access_tokens (id bigserial PRIMARY KEY, tokenable_type varchar(255) NOT NULL, tokenable_id bigint NOT NULL,
    name text NOT NULL, token varchar(64) NOT NULL UNIQUE, abilities text, last_used_at timestamp(0), expires_at timestamp(0));
CREATE TABLE oauth_access_tokens (id char(80) PRIMARY KEY, user_id bigint, client_id uuid NOT NULL, name varchar(255), scopes text,
    revoked boolean NOT NULL, created_at timestamp(0), updated_at timestamp(0), expires_at timestamp(0));
CREATE TABLE oauth_refresh_tokens (id char(80) PRIMARY KEY, access_token_id char(80) NOT NULL, revoked boolean NOT NULL,
    expires_at timestamp(0));
CREATE TABLE oauth_auth_codes (id char(80) PRIMARY KEY, user_id bigint NOT NULL, client_id uuid NOT NULL, scopes text, revoked boolean NOT NULL,
    expires_at timestamp(0));
CREATE TABLE oauth_clients (id uuid PRIMARY KEY, owner_type varchar(255), owner_id bigint, name varchar(255) NOT NULL, secret varchar(255),
    provider varchar(255), redirect_uris text NOT NULL, grant_types text NOT NULL, revoked boolean NOT NULL);
CREATE TABLE teams (id bigserial PRIMARY KEY, user_id bigint NOT NULL, name varchar(255) NOT NULL, personal_team boolean NOT NULL);
CREATE TABLE team_user (id bigserial PRIMARY KEY, team_id bigint NOT NULL, user_id bigint NOT NULL, role varchar(255), UNIQUE (team_id, user_id));
CREATE TABLE team_invitations (id bigserial PRIMARY KEY, team_id bigint NOT NULL, email varchar(255) NOT NULL, role varchar(255),
    UNIQUE (team_id, email));
CREATE TABLE subscriptions (id bigserial PRIMARY KEY, user_id bigint NOT NULL, type varchar(255) NOT NULL, stripe_id varchar(255) NOT NULL UNIQUE,
    stripe_status varchar(255) NOT NULL, stripe_price varchar(255), quantity int, trial_ends_at timestamp(0), ends_at timestamp(0));
CREATE TABLE telescope_entries (sequence bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE, batch_id uuid NOT NULL, family_hash varchar(255),
    should_display_on_index boolean NOT NULL, type varchar(20) NOT NULL, content text NOT NULL, created_at timestamp(0));
CREATE TABLE telescope_entries_tags (entry_uuid uuid NOT NULL REFERENCES telescope_entries (uuid), tag varchar(255) NOT NULL,
    PRIMARY KEY (entry_uuid, tag));
CREATE TABLE telescope_monitoring (tag varchar(255) PRIMARY KEY);
CREATE TABLE pulse_values (id bigserial PRIMARY KEY, "timestamp" int NOT NULL, type varchar(255) NOT NULL, key text NOT NULL,
    key_hash uuid GENERATED ALWAYS AS (md5(key)::uuid) STORED, value text NOT NULL, UNIQUE (type, key_hash));
CREATE TABLE roles (id bigserial PRIMARY KEY, name varchar(255) NOT NULL, guard_name varchar(255) NOT NULL, UNIQUE (name, guard_name));
CREATE TABLE model_has_roles (role_id bigint NOT NULL, model_type varchar(255) NOT NULL, model_id bigint NOT NULL,
    PRIMARY KEY (role_id, model_id, model_type));
CREATE TABLE activity_log (id bigserial PRIMARY KEY, log_name varchar(255), description text NOT NULL, subject_type varchar(255), event varchar(255),
    subject_id bigint, causer_type varchar(255), causer_id bigint, properties json, batch_uuid uuid, created_at timestamp(0));
CREATE TABLE media (id bigserial PRIMARY KEY, model_type varchar(255) NOT NULL, model_id bigint NOT NULL, uuid uuid UNIQUE,
    collection_name varchar(255) NOT NULL, name varchar(255) NOT NULL, file_name varchar(255) NOT NULL, mime_type varchar(255),
    disk varchar(255) NOT NULL, conversions_disk varchar(255), size bigint NOT NULL, manipulations json NOT NULL,
    custom_properties json NOT NULL, generated_conversions json NOT NULL, responsive_images json NOT NULL, order_column int);
CREATE TABLE features (id bigserial PRIMARY KEY, name varchar(255) NOT NULL, scope varchar(255) NOT NULL, value text NOT NULL,
    created_at timestamp(0), UNIQUE (name, scope));
