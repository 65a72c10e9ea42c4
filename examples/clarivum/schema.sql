-- Clarivum: a Strapi v5 project's production database: Strapi's own tables, those of its plugins (users-permissions,
-- upload, i18n, review-workflows, content-releases), and six content types with a component.
--
-- Strapi gives every content type the same frame, and every relation a table of its own; two helpers write both.

CREATE FUNCTION pg_temp.content_type(name text, own text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id serial PRIMARY KEY, document_id varchar(255), %s, created_at timestamp(6), '
        'updated_at timestamp(6), published_at timestamp(6), created_by_id integer, updated_by_id integer, locale varchar(255))', name, own);
    EXECUTE format('CREATE INDEX %I ON %I (document_id, locale, published_at)', name || '_documents_idx', name);
END $$;

CREATE FUNCTION pg_temp.relation(name text, this text, this_table text, other text, other_table text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id serial PRIMARY KEY, %I integer REFERENCES %I ON DELETE CASCADE, '
        '%I integer REFERENCES %I ON DELETE CASCADE, %I double precision, UNIQUE (%2$I, %4$I))',
        name, this, this_table, other, other_table, regexp_replace(this, '_id$', '') || '_ord');
END $$;

SELECT pg_temp.content_type('admin_users', 'firstname varchar(255), lastname varchar(255), username varchar(255), email varchar(255), password varchar(255),
    reset_password_token varchar(255), reset_password_token_expires_at timestamp(6), registration_token varchar(255), is_active boolean, blocked boolean, prefered_language varchar(255)');
SELECT pg_temp.content_type('admin_roles', 'name varchar(255), code varchar(255), description varchar(255)');
SELECT pg_temp.content_type('admin_permissions', 'action varchar(255), action_parameters jsonb, subject varchar(255), properties jsonb, conditions jsonb');
SELECT pg_temp.content_type('strapi_api_tokens', 'name varchar(255), description varchar(255), kind varchar(255), type varchar(255), access_key varchar(255),
    encrypted_key text, last_used_at timestamp(6), expires_at timestamp(6), lifespan bigint');
SELECT pg_temp.content_type('strapi_api_token_permissions', 'action varchar(255)');
SELECT pg_temp.content_type('strapi_transfer_tokens', 'name varchar(255), description varchar(255), access_key varchar(255), last_used_at timestamp(6),
    expires_at timestamp(6), lifespan bigint');
SELECT pg_temp.content_type('strapi_transfer_token_permissions', 'action varchar(255)');
SELECT pg_temp.content_type('strapi_sessions', 'user_id varchar(255), session_id varchar(255), child_id varchar(255), device_id varchar(255), origin varchar(255),
    expires_at timestamp(6), absolute_expires_at timestamp(6), status varchar(255), type varchar(255), metadata jsonb');
SELECT pg_temp.content_type('strapi_releases', 'name varchar(255), released_at timestamp(6), scheduled_at timestamp(6), timezone varchar(255), status varchar(255)');
SELECT pg_temp.content_type('strapi_release_actions', 'type varchar(255), content_type varchar(255), entry_document_id varchar(255), is_entry_valid boolean');
SELECT pg_temp.content_type('strapi_workflows', 'name varchar(255), content_types jsonb');
SELECT pg_temp.content_type('strapi_workflows_stages', 'name varchar(255), color varchar(255)');
SELECT pg_temp.content_type('i18n_locale', 'name varchar(255), code varchar(255)');
SELECT pg_temp.content_type('files', 'name varchar(255), alternative_text text, caption text, focal_point jsonb, width integer, height integer, formats jsonb, hash varchar(255),
    ext varchar(255), mime varchar(255), size numeric(10, 2), url text, preview_url text, provider varchar(255), provider_metadata jsonb, folder_path varchar(255)');
SELECT pg_temp.content_type('upload_folders', 'name varchar(255), path_id integer UNIQUE, path varchar(255) UNIQUE');
SELECT pg_temp.content_type('up_users', 'username varchar(255), email varchar(255), provider varchar(255), password varchar(255), reset_password_token varchar(255),
    confirmation_token varchar(255), confirmed boolean, blocked boolean');
SELECT pg_temp.content_type('up_roles', 'name varchar(255), description varchar(255), type varchar(255)');
SELECT pg_temp.content_type('up_permissions', 'action varchar(255)');

SELECT pg_temp.relation('admin_users_roles_lnk', 'user_id', 'admin_users', 'role_id', 'admin_roles');
SELECT pg_temp.relation('admin_permissions_role_lnk', 'permission_id', 'admin_permissions', 'role_id', 'admin_roles');
SELECT pg_temp.relation('strapi_api_token_permissions_token_lnk', 'api_token_permission_id', 'strapi_api_token_permissions', 'api_token_id', 'strapi_api_tokens');
SELECT pg_temp.relation('strapi_transfer_token_permissions_token_lnk', 'transfer_token_permission_id', 'strapi_transfer_token_permissions', 'transfer_token_id', 'strapi_transfer_tokens');
SELECT pg_temp.relation('strapi_release_actions_release_lnk', 'release_action_id', 'strapi_release_actions', 'release_id', 'strapi_releases');
SELECT pg_temp.relation('strapi_workflows_stages_workflow_lnk', 'workflow_stage_id', 'strapi_workflows_stages', 'workflow_id', 'strapi_workflows');
SELECT pg_temp.relation('files_folder_lnk', 'file_id', 'files', 'folder_id', 'upload_folders');
SELECT pg_temp.relation('up_users_role_lnk', 'user_id', 'up_users', 'role_id', 'up_roles');
SELECT pg_temp.relation('up_permissions_role_lnk', 'permission_id', 'up_permissions', 'role_id', 'up_roles');
CREATE TABLE files_related_mph (
    id serial PRIMARY KEY, file_id integer REFERENCES files ON DELETE CASCADE, related_id integer, related_type varchar(255),
    field varchar(255), "order" double precision
);

CREATE TABLE strapi_core_store_settings (id serial PRIMARY KEY, key varchar(255), value text, type varchar(255), environment varchar(255), tag varchar(255));
CREATE TABLE strapi_database_schema (id serial PRIMARY KEY, schema json, "time" timestamp, hash varchar(255));
CREATE TABLE strapi_migrations (id serial PRIMARY KEY, name varchar(255), "time" timestamp);
CREATE TABLE strapi_migrations_internal (id serial PRIMARY KEY, name varchar(255), "time" timestamp);
CREATE TABLE strapi_webhooks (id serial PRIMARY KEY, name varchar(255), url text, headers jsonb, events jsonb, enabled boolean);
CREATE TABLE strapi_history_versions (
    id serial PRIMARY KEY, content_type varchar(255) NOT NULL, related_document_id varchar(255), locale varchar(255), status varchar(255),
    data jsonb, schema jsonb, created_at timestamp(6), created_by_id integer REFERENCES admin_users ON DELETE SET NULL
);
CREATE TABLE strapi_audit_logs (
    id serial PRIMARY KEY, action varchar(255) NOT NULL, date timestamp(6) NOT NULL, payload jsonb, user_id integer REFERENCES admin_users ON DELETE SET NULL
);

SELECT pg_temp.content_type('articles', 'title varchar(255), slug varchar(255), body text, author_note text');
SELECT pg_temp.content_type('authors', 'name varchar(255), email varchar(255), biography text, social jsonb');
SELECT pg_temp.content_type('clients', 'company varchar(255), contact_name varchar(255), contact_email varchar(255), phone varchar(255), vat_number varchar(255), notes text');
SELECT pg_temp.content_type('contact_submissions', 'name varchar(255), email varchar(255), message text, ip varchar(255), user_agent text');
SELECT pg_temp.content_type('newsletter_subscribers', 'email varchar(255), unsubscribe_token varchar(255), consent_at timestamp(6)');
SELECT pg_temp.content_type('appointments', 'starts_at timestamp(6), patient varchar(255), born date, reason text, state varchar(255)');
CREATE UNIQUE INDEX newsletter_subscribers_email ON newsletter_subscribers (email, published_at);
CREATE TABLE components_shared_addresses (id serial PRIMARY KEY, street varchar(255), postcode varchar(255), city varchar(255), country varchar(255));
CREATE TABLE clients_cmps (
    id serial PRIMARY KEY, entity_id integer REFERENCES clients ON DELETE CASCADE, cmp_id integer, component_type varchar(255), field varchar(255), "order" double precision,
    UNIQUE (entity_id, cmp_id, field, component_type)
);
SELECT pg_temp.relation('articles_author_lnk', 'article_id', 'articles', 'author_id', 'authors');
SELECT pg_temp.relation('appointments_client_lnk', 'appointment_id', 'appointments', 'client_id', 'clients');
