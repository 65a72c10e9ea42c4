-- Strapi 5, its own tables and a link to a component.
CREATE TABLE admin_users (id serial PRIMARY KEY, firstname varchar(255), lastname varchar(255), username varchar(255), email varchar(255), password varchar(255), reset_password_token varchar(255), reset_password_token_expires_at timestamp(6), registration_token varchar(255), is_active boolean, blocked boolean, prefered_language varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE admin_roles (id serial PRIMARY KEY, name varchar(255), code varchar(255), description varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE admin_permissions (id serial PRIMARY KEY, action varchar(255), action_parameters jsonb, subject varchar(255), properties jsonb, conditions jsonb,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE up_users (id serial PRIMARY KEY, username varchar(255), email varchar(255), provider varchar(255), password varchar(255), reset_password_token varchar(255), confirmation_token varchar(255), confirmed boolean, blocked boolean,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE up_roles (id serial PRIMARY KEY, name varchar(255), description varchar(255), type varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE up_permissions (id serial PRIMARY KEY, action varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_api_tokens (id serial PRIMARY KEY, name varchar(255), description varchar(255), kind varchar(255), type varchar(255), access_key varchar(255), encrypted_key text, last_used_at timestamp(6), expires_at timestamp(6), lifespan bigint,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_api_token_permissions (id serial PRIMARY KEY, action varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_transfer_tokens (id serial PRIMARY KEY, name varchar(255), description varchar(255), access_key varchar(255), last_used_at timestamp(6), expires_at timestamp(6), lifespan bigint,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_transfer_token_permissions (id serial PRIMARY KEY, action varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_sessions (id serial PRIMARY KEY, user_id varchar(255), session_id varchar(255) UNIQUE, child_id varchar(255), device_id varchar(255), origin varchar(255), expires_at timestamp(6), absolute_expires_at timestamp(6), status varchar(255), type varchar(255), metadata jsonb,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_releases (id serial PRIMARY KEY, name varchar(255), released_at timestamp(6), scheduled_at timestamp(6), timezone varchar(255), status varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_release_actions (id serial PRIMARY KEY, type varchar(255), content_type varchar(255), entry_document_id varchar(255), is_entry_valid boolean,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_workflows (id serial PRIMARY KEY, name varchar(255) UNIQUE, content_types jsonb,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_workflows_stages (id serial PRIMARY KEY, name varchar(255), color varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE i18n_locale (id serial PRIMARY KEY, name varchar(255), code varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE files (id serial PRIMARY KEY, name varchar(255), alternative_text text, caption text, focal_point jsonb, width int, height int, formats jsonb, hash varchar(255), ext varchar(255), mime varchar(255), size numeric(10,2), url text, preview_url text, provider varchar(255), provider_metadata jsonb, folder_path varchar(255),
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE upload_folders (id serial PRIMARY KEY, name varchar(255), path_id int UNIQUE, path varchar(255) UNIQUE,
    document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE admin_users_roles_lnk (id serial PRIMARY KEY, user_id int, role_id int, role_ord double precision, user_ord double precision);
CREATE TABLE files_related_mph (id serial PRIMARY KEY, file_id int, related_id int, related_type varchar(255), field varchar(255), "order" double precision);
CREATE TABLE articles_cmps (id serial PRIMARY KEY, entity_id int, cmp_id int, component_type varchar(255), field varchar(255), "order" double precision);
CREATE TABLE strapi_core_store_settings (id serial PRIMARY KEY, key varchar(255), value text, type varchar(255), environment varchar(255), tag varchar(255));
CREATE TABLE strapi_database_schema (id serial PRIMARY KEY, schema json, "time" timestamp, hash varchar(255));
CREATE TABLE strapi_migrations (id serial PRIMARY KEY, name varchar(255), "time" timestamp);
CREATE TABLE strapi_migrations_internal (id serial PRIMARY KEY, name varchar(255), "time" timestamp);
CREATE TABLE strapi_history_versions (id serial PRIMARY KEY, content_type varchar(255) NOT NULL, related_document_id varchar(255), locale varchar(255), status varchar(255), data jsonb, schema jsonb, created_at timestamp(6), created_by_id int);
CREATE TABLE strapi_webhooks (id serial PRIMARY KEY, name varchar(255), url text, headers jsonb, events jsonb, enabled boolean);
CREATE TABLE strapi_ai_localization_jobs (id serial PRIMARY KEY, content_type varchar(255) NOT NULL, related_document_id varchar(255) NOT NULL, source_locale varchar(255) NOT NULL, target_locales jsonb NOT NULL, status varchar(255) NOT NULL, created_at timestamp(6));
CREATE TABLE strapi_ai_metadata_jobs (id serial PRIMARY KEY, status varchar(255) NOT NULL, created_at timestamp(6), completed_at timestamp(6));
CREATE TABLE strapi_audit_logs (id serial PRIMARY KEY, action varchar(255), date timestamp(6), payload jsonb,
    document_id varchar(255), published_at timestamp(6), locale varchar(255));
CREATE TABLE strapi_admin_mfa_challenges (id serial PRIMARY KEY, token varchar(255) UNIQUE, user_id varchar(255), factor_type varchar(255), attempts int,
    expires_at timestamp(6), webauthn_challenge varchar(255), document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_admin_mfa_events (id serial PRIMARY KEY, user_id varchar(255), type varchar(255), metadata jsonb, document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_admin_mfa_passkeys (id serial PRIMARY KEY, user_id varchar(255), credential_id varchar(255) UNIQUE, public_key text, counter bigint,
    transports varchar(255), name varchar(255), document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_admin_mfa_recovery_codes (id serial PRIMARY KEY, user_id varchar(255), code_hash varchar(255), document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
CREATE TABLE strapi_admin_mfa_trusted_devices (id serial PRIMARY KEY, user_id varchar(255), token_hash varchar(255) UNIQUE, device_id varchar(255),
    device_name varchar(255), document_id varchar(255), created_at timestamp(6), updated_at timestamp(6), published_at timestamp(6), created_by_id int, updated_by_id int, locale varchar(255));
