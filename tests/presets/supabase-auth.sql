-- Supabase's schemas auth, storage and realtime.
CREATE SCHEMA auth; CREATE SCHEMA storage; CREATE SCHEMA realtime; CREATE SCHEMA supabase_migrations;
CREATE TYPE auth.aal_level AS ENUM ('aal1', 'aal2', 'aal3');
CREATE TYPE auth.factor_type AS ENUM ('totp', 'webauthn', 'phone');
CREATE TYPE auth.factor_status AS ENUM ('unverified', 'verified');
CREATE TYPE auth.one_time_token_type AS ENUM ('confirmation_token', 'recovery_token');
CREATE TYPE auth.code_challenge_method AS ENUM ('s256', 'plain');
CREATE TABLE auth.users (instance_id uuid, id uuid PRIMARY KEY, aud varchar(255), role varchar(255), email varchar(255),
    encrypted_password varchar(255), email_confirmed_at timestamptz, invited_at timestamptz, confirmation_token varchar(255),
    confirmation_sent_at timestamptz, recovery_token varchar(255), recovery_sent_at timestamptz, email_change_token_new varchar(255),
    email_change varchar(255), email_change_sent_at timestamptz, last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
    is_super_admin boolean, created_at timestamptz, updated_at timestamptz, phone text DEFAULT NULL UNIQUE, phone_confirmed_at timestamptz,
    phone_change text DEFAULT '', phone_change_token varchar(255) DEFAULT '', phone_change_sent_at timestamptz,
    confirmed_at timestamptz GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
    email_change_token_current varchar(255) DEFAULT '', email_change_confirm_status smallint DEFAULT 0, banned_until timestamptz,
    reauthentication_token varchar(255) DEFAULT '', reauthentication_sent_at timestamptz, is_sso_user boolean NOT NULL DEFAULT false,
    deleted_at timestamptz, is_anonymous boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX users_email_partial_key ON auth.users (email) WHERE is_sso_user = false;
CREATE UNIQUE INDEX confirmation_token_idx ON auth.users (confirmation_token) WHERE confirmation_token::text !~ '^[0-9 ]*$';
CREATE UNIQUE INDEX recovery_token_idx ON auth.users (recovery_token) WHERE recovery_token::text !~ '^[0-9 ]*$';
CREATE TABLE auth.identities (provider_id text NOT NULL, user_id uuid NOT NULL REFERENCES auth.users, identity_data jsonb NOT NULL,
    provider text NOT NULL, last_sign_in_at timestamptz, created_at timestamptz, updated_at timestamptz,
    email text GENERATED ALWAYS AS (lower(identity_data ->> 'email')) STORED, id uuid PRIMARY KEY, UNIQUE (provider_id, provider));
CREATE TABLE auth.sessions (id uuid PRIMARY KEY, user_id uuid NOT NULL, created_at timestamptz, updated_at timestamptz, factor_id uuid,
    aal auth.aal_level, not_after timestamptz, refreshed_at timestamp, user_agent text, ip inet, tag text, oauth_client_id uuid,
    refresh_token_hmac_key text, refresh_token_counter bigint, scopes text);
CREATE TABLE auth.refresh_tokens (instance_id uuid, id bigserial PRIMARY KEY, token varchar(255) UNIQUE, user_id varchar(255), revoked boolean,
    created_at timestamptz, updated_at timestamptz, parent varchar(255), session_id uuid);
CREATE TABLE auth.one_time_tokens (id uuid PRIMARY KEY, user_id uuid NOT NULL, token_type auth.one_time_token_type NOT NULL,
    token_hash text NOT NULL, relates_to text NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE auth.mfa_factors (id uuid PRIMARY KEY, user_id uuid NOT NULL, friendly_name text, factor_type auth.factor_type NOT NULL,
    status auth.factor_status NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, secret text, phone text,
    last_challenged_at timestamptz UNIQUE, web_authn_credential jsonb, web_authn_aaguid uuid, last_webauthn_challenge_data jsonb);
CREATE UNIQUE INDEX mfa_factors_user_friendly_name_unique ON auth.mfa_factors (friendly_name, user_id) WHERE btrim(friendly_name) <> '';
CREATE UNIQUE INDEX unique_phone_factor_per_user ON auth.mfa_factors (user_id, phone);
CREATE TABLE auth.mfa_challenges (id uuid PRIMARY KEY, factor_id uuid NOT NULL, created_at timestamptz NOT NULL, verified_at timestamptz,
    ip_address inet NOT NULL, otp_code text, web_authn_session_data jsonb);
CREATE TABLE auth.mfa_amr_claims (session_id uuid NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    authentication_method text NOT NULL, id uuid PRIMARY KEY, UNIQUE (session_id, authentication_method));
CREATE TABLE auth.webauthn_challenges (id uuid PRIMARY KEY, user_id uuid, challenge_type text NOT NULL, session_data jsonb NOT NULL,
    created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL);
CREATE TABLE auth.webauthn_credentials (id uuid PRIMARY KEY, user_id uuid NOT NULL, credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL, attestation_type text NOT NULL, aaguid uuid, sign_count bigint NOT NULL, transports jsonb NOT NULL,
    backup_eligible boolean NOT NULL, backed_up boolean NOT NULL, friendly_name text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE auth.audit_log_entries (instance_id uuid, id uuid PRIMARY KEY, payload json, created_at timestamptz,
    ip_address varchar(64) NOT NULL DEFAULT '');
CREATE TABLE auth.flow_state (id uuid PRIMARY KEY, user_id uuid, auth_code text, code_challenge_method auth.code_challenge_method,
    code_challenge text, provider_type text NOT NULL, provider_access_token text, provider_refresh_token text, created_at timestamptz,
    updated_at timestamptz, authentication_method text NOT NULL, auth_code_issued_at timestamptz, invite_token text, referrer text,
    oauth_client_state_id uuid, linking_target_id uuid, email_optional boolean NOT NULL);
CREATE TABLE auth.instances (id uuid PRIMARY KEY, uuid uuid, raw_base_config text, created_at timestamptz, updated_at timestamptz);
CREATE TABLE auth.saml_providers (id uuid PRIMARY KEY, sso_provider_id uuid NOT NULL, entity_id text NOT NULL UNIQUE, metadata_xml text NOT NULL,
    metadata_url text, attribute_mapping jsonb, created_at timestamptz, updated_at timestamptz, name_id_format text);
CREATE TABLE auth.saml_relay_states (id uuid PRIMARY KEY, sso_provider_id uuid NOT NULL, request_id text NOT NULL, for_email text,
    redirect_to text, created_at timestamptz, updated_at timestamptz, flow_state_id uuid);
CREATE TABLE auth.sso_domains (id uuid PRIMARY KEY, sso_provider_id uuid NOT NULL, domain text NOT NULL, created_at timestamptz);
CREATE UNIQUE INDEX sso_domains_domain_idx ON auth.sso_domains (lower(domain));
CREATE TABLE auth.sso_providers (id uuid PRIMARY KEY, resource_id text, created_at timestamptz, updated_at timestamptz, disabled boolean);
CREATE TABLE auth.oauth_clients (id uuid PRIMARY KEY, client_secret_hash text, redirect_uris text NOT NULL, grant_types text NOT NULL,
    client_name text, client_uri text, logo_uri text, created_at timestamptz NOT NULL, token_endpoint_auth_method text NOT NULL);
CREATE TABLE auth.oauth_authorizations (id uuid PRIMARY KEY, authorization_id text NOT NULL UNIQUE, client_id uuid NOT NULL, user_id uuid,
    redirect_uri text NOT NULL, scope text NOT NULL, state text, resource text, code_challenge text, authorization_code text UNIQUE,
    created_at timestamptz NOT NULL, nonce text);
CREATE TABLE auth.oauth_consents (id uuid PRIMARY KEY, user_id uuid NOT NULL, client_id uuid NOT NULL, scopes text NOT NULL,
    granted_at timestamptz NOT NULL, revoked_at timestamptz);
CREATE TABLE auth.schema_migrations (version varchar(255) PRIMARY KEY);

CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL UNIQUE, owner uuid, created_at timestamptz, updated_at timestamptz,
    public boolean, avif_autodetection boolean, file_size_limit bigint, allowed_mime_types text[], owner_id text);
CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text REFERENCES storage.buckets, name text, owner uuid, created_at timestamptz,
    updated_at timestamptz, last_accessed_at timestamptz, metadata jsonb, path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED,
    version text, owner_id text, user_metadata jsonb, UNIQUE (bucket_id, name));
CREATE TABLE storage.migrations (id int PRIMARY KEY, name varchar(100) NOT NULL UNIQUE, hash varchar(40) NOT NULL, executed_at timestamp);
CREATE TABLE storage.s3_multipart_uploads (id text PRIMARY KEY, in_progress_size bigint NOT NULL, upload_signature text NOT NULL,
    bucket_id text NOT NULL REFERENCES storage.buckets, key text NOT NULL, version text NOT NULL, owner_id text, created_at timestamptz NOT NULL,
    user_metadata jsonb);
CREATE TABLE storage.s3_multipart_uploads_parts (id uuid PRIMARY KEY, upload_id text NOT NULL REFERENCES storage.s3_multipart_uploads,
    size bigint NOT NULL, part_number int NOT NULL, bucket_id text NOT NULL, key text NOT NULL, etag text NOT NULL, owner_id text,
    version text NOT NULL, created_at timestamptz NOT NULL);
CREATE TYPE realtime.equality_op AS ENUM ('eq', 'neq');
CREATE TYPE realtime.user_defined_filter AS (column_name text, op realtime.equality_op, value text);
CREATE TABLE realtime.subscription (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subscription_id uuid NOT NULL, entity regclass NOT NULL,
    filters realtime.user_defined_filter[] NOT NULL DEFAULT '{}', claims jsonb NOT NULL, created_at timestamp NOT NULL,
    action_filter text DEFAULT '*', selected_columns text[]);
CREATE TABLE realtime.messages (topic text NOT NULL, extension text NOT NULL, payload jsonb, event text, private boolean,
    updated_at timestamp NOT NULL, inserted_at timestamp NOT NULL, id uuid NOT NULL, binary_payload bytea, PRIMARY KEY (id, inserted_at))
    PARTITION BY RANGE (inserted_at);
CREATE TABLE realtime.messages_2026_11_21 PARTITION OF realtime.messages FOR VALUES FROM ('2026-11-21') TO ('2026-11-22');
CREATE TABLE realtime.schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0));
CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text, created_by text);
ALTER TABLE storage.buckets ADD lifecycle_configuration jsonb, ADD lifecycle_configuration_generation uuid;
ALTER TABLE storage.objects ADD signature bytea CHECK (signature IS NULL OR octet_length(signature) = 32);
CREATE TABLE storage.event_log (id bigserial PRIMARY KEY, event_name text NOT NULL, payload jsonb NOT NULL, send_options jsonb,
    signature text NOT NULL, status text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE storage.iceberg_namespaces (id uuid PRIMARY KEY, bucket_name text NOT NULL, name text COLLATE "C" NOT NULL, catalog_id uuid NOT NULL,
    metadata jsonb, UNIQUE (catalog_id, name));
CREATE TABLE storage.iceberg_tables (id uuid PRIMARY KEY, namespace_id uuid NOT NULL REFERENCES storage.iceberg_namespaces, bucket_name text NOT NULL,
    name text COLLATE "C" NOT NULL, location text NOT NULL UNIQUE, remote_table_id text, shard_key text, shard_id text, catalog_id uuid NOT NULL);
