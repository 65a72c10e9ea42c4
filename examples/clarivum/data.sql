-- Clarivum: made-up readers, clients and patients, the same ones every time. "Today" is 1 November 2026.
-- People, firms and mail domains are invented; identifiers lie outside of what is reserved for examples.

SET client_min_messages = warning;
SET search_path = public;

CREATE FUNCTION pg_temp.h(i bigint, what text) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT hashint8extended(i, hashtextextended(what, 13)) & 9223372036854775807 $$;
CREATE FUNCTION pg_temp.one_of(i bigint, what text, choices text[]) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT choices[1 + pg_temp.h(i, what) % cardinality(choices)] $$;
CREATE FUNCTION pg_temp.moment(i bigint, what text, days integer) RETURNS timestamp LANGUAGE sql STABLE
    AS $$ SELECT TIMESTAMP '2026-11-01 00:00' - make_interval(secs => pg_temp.h(i, what) % (days * 86400)) $$;
CREATE FUNCTION pg_temp.hex(i bigint, what text, length integer) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT left(encode(sha512(convert_to(what || i, 'UTF8')), 'hex'), length) $$;
CREATE FUNCTION pg_temp.ip(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '88.' || pg_temp.h(i, what) % 200 || '.' || pg_temp.h(i, what || 'b') % 250 || '.' || 1 + pg_temp.h(i, what || 'c') % 250 $$;
-- 24 letters and digits, as cuid2 makes them.
CREATE FUNCTION pg_temp.document(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT chr(97 + (pg_temp.h(i, what) % 26)::integer) || substr(translate(encode(sha256(convert_to(what || i, 'UTF8')), 'base64'), '+/=ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'xyzabcdefghijklmnopqrstuvwxyz'), 1, 23) $$;
CREATE FUNCTION pg_temp.bcrypt(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '$2a$10$' || substr(translate(encode(sha512(convert_to(what || i, 'UTF8')), 'base64'), E'+=\n', './'), 1, 53) $$;
CREATE FUNCTION pg_temp.first(i bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT pg_temp.one_of(i, 'first', ARRAY[
    'Ragnhild', 'Sølve', 'Åshild', 'Torbjørn', 'Guro', 'Eirik', 'Synnøve', 'Håkon', 'Vilde', 'Øystein', 'Marte', 'Sindre', 'Ingebjørg',
    'Kåre', 'Tuva', 'Jørgen', 'Liv-Berit', 'Even', 'Maiken', 'Trygve']) $$;
CREATE FUNCTION pg_temp.last(i bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT pg_temp.one_of(i, 'last', ARRAY[
    'Ødegaard', 'Hågensen', 'Kvernmo', 'Bjørkelund', 'Sandnes', 'Tjønneland', 'Rognlien', 'Fjæreide', 'Hovdenak', 'Skjæveland',
    'Myrvold', 'Aasland', 'Breivik-Moe', 'Nedrebø', 'Østraat', 'Gjessing', 'Lauvås', 'Ulvestad']) $$;
CREATE FUNCTION pg_temp.mail(i bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lower(translate(pg_temp.first(i) || '.' || pg_temp.last(i), 'åæøéÅÆØ', 'aaoeAAO')) || i || '@' || pg_temp.one_of(i, 'host', ARRAY['fjordpost.no', 'bergenmail.no', 'dalenett.no']) $$;
CREATE FUNCTION pg_temp.tel(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '+47 ' || 400 + pg_temp.h(i, 'tel') % 90 || ' ' || lpad((i * 37 % 100)::text, 2, '0') || ' ' || lpad((pg_temp.h(i, 't2') % 1000)::text, 3, '0') $$;

INSERT INTO admin_roles (document_id, name, code, description, created_at, updated_at, published_at)
SELECT pg_temp.document(i, 'role'), (ARRAY['Super Admin', 'Editor', 'Author'])[i], (ARRAY['strapi-super-admin', 'strapi-editor', 'strapi-author'])[i], 'One of the roles that Strapi begins with', '2026-01-02', '2026-01-02', '2026-01-02' FROM generate_series(1, 3) AS i;
INSERT INTO admin_users (document_id, firstname, lastname, email, password, reset_password_token, registration_token, is_active, blocked, created_at, updated_at, published_at)
SELECT pg_temp.document(i, 'admin'), pg_temp.first(i), pg_temp.last(i), lower(translate(pg_temp.first(i), 'åæøéÅÆØ', 'aaoeAAO')) || i || '@clarivum.io', pg_temp.bcrypt(i, 'admin'),
    CASE WHEN i % 5 = 0 THEN pg_temp.hex(i, 'reset', 40) END, CASE WHEN i % 7 = 0 THEN pg_temp.hex(i, 'registration', 40) END, i % 7 > 0, false, pg_temp.moment(i, 'admin', 600), '2026-10-01', '2026-10-01'
FROM generate_series(1, 25) AS i;
INSERT INTO admin_users_roles_lnk (user_id, role_id, user_ord) SELECT i, 1 + i % 3, 1 FROM generate_series(1, 25) AS i;
INSERT INTO admin_permissions (document_id, action, action_parameters, subject, properties, conditions, created_at)
SELECT pg_temp.document(i, 'permission'), 'plugin::content-manager.explorer.' || (ARRAY['read', 'create', 'update'])[1 + i % 3], '{}', 'api::article.article', '{"fields": ["title", "body"], "locales": ["en", "nb"]}', '[]', '2026-01-02' FROM generate_series(1, 60) AS i;
INSERT INTO admin_permissions_role_lnk (permission_id, role_id, permission_ord) SELECT i, 1 + i % 3, i FROM generate_series(1, 60) AS i;
INSERT INTO strapi_api_tokens (document_id, name, description, kind, type, access_key, encrypted_key, last_used_at, created_at)
SELECT pg_temp.document(i, 'token'), (ARRAY['Read Only', 'Full Access', 'Site of ' || pg_temp.first(i)])[i], '', 'content-api', (ARRAY['read-only', 'full-access', 'custom'])[i], pg_temp.hex(i, 'access', 128),
    'v1:' || pg_temp.hex(i, 'iv', 32) || ':' || pg_temp.hex(i, 'sealed', 128) || ':' || pg_temp.hex(i, 'tag', 32), '2026-10-30', '2026-01-02' FROM generate_series(1, 3) AS i;
INSERT INTO strapi_api_token_permissions (document_id, action, created_at) SELECT pg_temp.document(i, 'tp'), 'api::article.article.find', '2026-01-02' FROM generate_series(1, 4) AS i;
INSERT INTO strapi_api_token_permissions_token_lnk (api_token_permission_id, api_token_id, api_token_permission_ord) SELECT i, 3, i FROM generate_series(1, 4) AS i;
INSERT INTO strapi_transfer_tokens (document_id, name, description, access_key, created_at) VALUES (pg_temp.document(1, 'transfer'), 'to staging', 'made by ' || pg_temp.first(1), pg_temp.hex(1, 'transfer', 128), '2026-02-03');
INSERT INTO strapi_transfer_token_permissions (document_id, action, created_at) VALUES (pg_temp.document(1, 'ttp'), 'push', '2026-02-03');
INSERT INTO strapi_transfer_token_permissions_token_lnk (transfer_token_permission_id, transfer_token_id, transfer_token_permission_ord) VALUES (1, 1, 1);
INSERT INTO strapi_sessions (document_id, user_id, session_id, child_id, device_id, origin, expires_at, absolute_expires_at, status, type, metadata, created_at)
SELECT pg_temp.document(i, 'session'), (1 + i % 25)::text, pg_temp.hex(i, 'session', 32), CASE WHEN i % 2 = 0 THEN pg_temp.hex(i + 1, 'session', 32) END, md5('device' || i)::uuid::text, (ARRAY['admin', 'users-permissions'])[1 + i % 2],
    pg_temp.moment(i, 'exp', 10), pg_temp.moment(i, 'exp', 10) + interval '30 days', 'active', 'session', jsonb_build_object('loginAt', pg_temp.moment(i, 'at', 10), 'ip', pg_temp.ip(i, 'session')), pg_temp.moment(i, 'at', 10) FROM generate_series(1, 300) AS i;
INSERT INTO strapi_releases (document_id, name, scheduled_at, timezone, status, created_at) VALUES (pg_temp.document(1, 'release'), 'Winter', '2026-12-01', 'Europe/Oslo', 'ready', '2026-10-01');
INSERT INTO strapi_release_actions (document_id, type, content_type, entry_document_id, is_entry_valid, created_at, locale) VALUES (pg_temp.document(1, 'action'), 'publish', 'api::article.article', pg_temp.document(3, 'article'), true, '2026-10-01', 'nb');
INSERT INTO strapi_release_actions_release_lnk (release_action_id, release_id, release_action_ord) VALUES (1, 1, 1);
INSERT INTO strapi_workflows (document_id, name, content_types, created_at) VALUES (pg_temp.document(1, 'workflow'), 'Default', '["api::article.article"]', '2026-01-02');
INSERT INTO strapi_workflows_stages (document_id, name, color, created_at) SELECT pg_temp.document(i, 'stage'), (ARRAY['To do', 'In progress', 'Reviewed'])[i], '#4945FF', '2026-01-02' FROM generate_series(1, 3) AS i;
INSERT INTO strapi_workflows_stages_workflow_lnk (workflow_stage_id, workflow_id, workflow_stage_ord) SELECT i, 1, i FROM generate_series(1, 3) AS i;
INSERT INTO i18n_locale (document_id, name, code, created_at) VALUES (pg_temp.document(1, 'locale'), 'English (en)', 'en', '2026-01-02'), (pg_temp.document(2, 'locale'), 'Norwegian Bokmål (nb)', 'nb', '2026-01-02');
INSERT INTO upload_folders (document_id, name, path_id, path, created_at) VALUES (pg_temp.document(1, 'folder'), 'Contracts', 1, '/1', '2026-01-02'), (pg_temp.document(2, 'folder'), 'Portraits', 2, '/2', '2026-01-02');
INSERT INTO files (document_id, name, alternative_text, caption, width, height, formats, hash, ext, mime, size, url, provider, folder_path, created_at)
SELECT pg_temp.document(i, 'file'), pg_temp.first(i) || '-' || pg_temp.last(i) || '.jpg', 'Portrait of ' || pg_temp.first(i) || ' ' || pg_temp.last(i), NULL, 800, 600,
    jsonb_build_object('thumbnail', jsonb_build_object('name', 'thumbnail_' || pg_temp.last(i) || '.jpg', 'url', 'https://clarivum-media.s3.eu-north-1.amazonaws.com/thumbnail_' || pg_temp.hex(i, 'file', 10) || '.jpg', 'width', 156)),
    lower(translate(pg_temp.last(i), 'åæøÅÆØ', 'aaoAAO')) || '_' || pg_temp.hex(i, 'file', 10), '.jpg', 'image/jpeg', pg_temp.h(i, 'size') % 90000 / 100.0,
    'https://clarivum-media.s3.eu-north-1.amazonaws.com/' || lower(translate(pg_temp.last(i), 'åæøÅÆØ', 'aaoAAO')) || '_' || pg_temp.hex(i, 'file', 10) || '.jpg', 'aws-s3', '/2', pg_temp.moment(i, 'file', 500) FROM generate_series(1, 200) AS i;
INSERT INTO files_folder_lnk (file_id, folder_id, file_ord) SELECT i, 2, i FROM generate_series(1, 200) AS i;
INSERT INTO files_related_mph (file_id, related_id, related_type, field, "order") SELECT i, i, 'api::author.author', 'portrait', 1 FROM generate_series(1, 60) AS i;

INSERT INTO up_roles (document_id, name, description, type, created_at) VALUES (pg_temp.document(1, 'up'), 'Authenticated', 'Default role given to authenticated user.', 'authenticated', '2026-01-02'), (pg_temp.document(2, 'up'), 'Public', 'Default role given to unauthenticated user.', 'public', '2026-01-02');
INSERT INTO up_permissions (document_id, action, created_at) SELECT pg_temp.document(i, 'upp'), 'plugin::users-permissions.auth.' || (ARRAY['callback', 'connect', 'register', 'logout'])[i], '2026-01-02' FROM generate_series(1, 4) AS i;
INSERT INTO up_permissions_role_lnk (permission_id, role_id, permission_ord) SELECT i, 1 + i % 2, i FROM generate_series(1, 4) AS i;
INSERT INTO up_users (document_id, username, email, provider, password, reset_password_token, confirmation_token, confirmed, blocked, created_at, updated_at, published_at)
SELECT pg_temp.document(i, 'reader'), lower(translate(pg_temp.first(i), 'åæøéÅÆØ', 'aaoeAAO')) || '_' || i, pg_temp.mail(i), 'local', pg_temp.bcrypt(i, 'reader'), CASE WHEN i % 30 = 0 THEN pg_temp.hex(i, 'up reset', 128) END,
    CASE WHEN i % 9 = 0 THEN pg_temp.hex(i, 'confirm', 40) END, i % 9 > 0, i % 101 = 0, pg_temp.moment(i, 'reader', 700), '2026-10-02', '2026-10-02' FROM generate_series(1, 2000) AS i;
INSERT INTO up_users_role_lnk (user_id, role_id, user_ord) SELECT i, 1, i FROM generate_series(1, 2000) AS i;

INSERT INTO strapi_core_store_settings (key, value, type) VALUES
    ('strapi_content_types_schema', '{"api::article.article":{"kind":"collectionType","collectionName":"articles","attributes":{"title":{"type":"string"},"body":{"type":"richtext"}}}}', 'object'),
    ('plugin_content_manager_configuration_content_types::admin::user', '{"settings":{"mainField":"firstname","defaultSortBy":"firstname"},"metadatas":{"email":{"edit":{"label":"email"}}}}', 'object'),
    ('plugin_i18n_default_locale', '"nb"', 'string'),
    ('plugin_users-permissions_grant', '{"email":{"icon":"envelope","enabled":true},"google":{"icon":"google","enabled":true,"key":"' || pg_temp.h(1, 'google') || '-' || pg_temp.hex(1, 'gid', 32) || '.apps.googleusercontent.com","secret":"GOCSPX-' || pg_temp.hex(1, 'gsecret', 28) || '","callbackUrl":"https://cms.clarivum.io/api/auth/google/callback","scope":["email"]}}', 'object'),
    ('plugin_users-permissions_email', '{"reset_password":{"display":"Email.template.reset_password","icon":"sync","options":{"from":{"name":"' || pg_temp.first(2) || ' ' || pg_temp.last(2) || '","email":"' || pg_temp.mail(2) || '"},"response_email":"","object":"Reset password","message":"<p>We heard that you lost your password.</p>"}}}', 'object'),
    ('plugin_users-permissions_advanced', '{"unique_email":true,"allow_register":true,"email_confirmation":false,"default_role":"authenticated"}', 'object'),
    ('plugin_email_settings', '{"provider":"nodemailer","settings":{"host":"smtp.clarivum.io","auth":{"user":"mailer","pass":"' || pg_temp.hex(1, 'smtp', 24) || '"}}}', 'object'),
    ('core_admin_auth', '{"providers":{"autoRegister":false,"defaultRole":null,"ssoLockedRoles":null}}', 'object');
INSERT INTO strapi_database_schema (schema, "time", hash) VALUES ('{"tables":[{"name":"articles","indexes":[{"name":"articles_documents_idx","columns":["document_id","locale","published_at"],"type":null}]}]}', '2026-10-01', md5('schema'));
INSERT INTO strapi_migrations_internal (name, "time") VALUES ('5.0.0-rename-identifiers-longer-than-max-length', '2026-01-02'), ('5.0.0-02-created-document-id', '2026-01-02');
INSERT INTO strapi_webhooks (name, url, headers, events, enabled) VALUES
    ('deploy', 'https://hooks.clarivum.io/x?key=' || pg_temp.hex(1, 'hook', 32), jsonb_build_object('Authorization', 'Bearer ' || pg_temp.hex(1, 'bearer', 40)), '["entry.create"]', true);
INSERT INTO strapi_history_versions (content_type, related_document_id, locale, status, data, schema, created_at, created_by_id)
SELECT 'api::author.author', pg_temp.document(1 + i % 60, 'author'), 'nb', 'draft', jsonb_build_object('name', pg_temp.first(i) || ' ' || pg_temp.last(i), 'email', pg_temp.mail(i), 'biography', 'Lives in Bergen. Call ' || pg_temp.tel(i)),
    '{"name": {"type": "string"}, "email": {"type": "email"}}', pg_temp.moment(i, 'version', 200), 1 + i % 25 FROM generate_series(1, 400) AS i;
INSERT INTO strapi_audit_logs (action, date, payload, user_id)
SELECT 'admin.auth.success', pg_temp.moment(i, 'audit', 90), jsonb_build_object('ip', pg_temp.ip(i, 'audit'), 'user', jsonb_build_object('email', lower(translate(pg_temp.first(1 + i % 25), 'åæøéÅÆØ', 'aaoeAAO')) || 1 + i % 25 || '@clarivum.io', 'firstname', pg_temp.first(1 + i % 25))), 1 + i % 25 FROM generate_series(1, 800) AS i;

INSERT INTO authors (document_id, name, email, biography, social, created_at, published_at, locale)
SELECT pg_temp.document(i, 'author'), pg_temp.first(i) || ' ' || pg_temp.last(i), pg_temp.mail(i), pg_temp.first(i) || ' writes on health. Reach ' || pg_temp.first(i) || ' at ' || pg_temp.mail(i) || '.',
    jsonb_build_object('linkedin', 'https://www.linkedin.com/in/' || lower(translate(pg_temp.first(i) || '-' || pg_temp.last(i), 'åæøéÅÆØ', 'aaoeAAO')), 'followers', pg_temp.h(i, 'followers') % 9000), '2026-03-01', '2026-03-02', 'nb' FROM generate_series(1, 60) AS i;
INSERT INTO articles (document_id, title, slug, body, author_note, created_at, published_at, locale)
SELECT pg_temp.document(i, 'article'), 'Better sleep, part ' || i, 'better-sleep-' || i, E'# Sleep\n\nPublished advice, part of the site. **Nothing** personal.', CASE WHEN i % 3 = 0 THEN 'Ask ' || pg_temp.first(i) || ' ' || pg_temp.last(i) || ' (' || pg_temp.tel(i) || ') before publishing' END, '2026-04-01', CASE WHEN i % 2 = 0 THEN TIMESTAMP '2026-04-02' END, (ARRAY['nb', 'en'])[1 + i % 2] FROM generate_series(1, 300) AS i;
INSERT INTO articles_author_lnk (article_id, author_id, article_ord) SELECT i, 1 + i % 60, i FROM generate_series(1, 300) AS i;
INSERT INTO clients (document_id, company, contact_name, contact_email, phone, vat_number, notes, created_at)
SELECT pg_temp.document(i, 'client'), pg_temp.last(i) || ' Helse AS', pg_temp.first(i + 7) || ' ' || pg_temp.last(i + 7), pg_temp.mail(i + 7), pg_temp.tel(i + 7), 'NO' || 900000000 + pg_temp.h(i, 'org') % 99999999 || 'MVA', CASE WHEN i % 2 = 0 THEN 'Prefers mail to ' || pg_temp.mail(i + 7) END, pg_temp.moment(i, 'client', 500) FROM generate_series(1, 150) AS i;
INSERT INTO components_shared_addresses (street, postcode, city, country) SELECT pg_temp.one_of(i, 'street', ARRAY['Strandgaten', 'Fjellveien', 'Kirkegata']) || ' ' || 1 + i % 80, lpad((1000 + pg_temp.h(i, 'pc') % 8900)::text, 4, '0'), pg_temp.one_of(i, 'city', ARRAY['Bergen', 'Ålesund', 'Tromsø']), 'NO' FROM generate_series(1, 150) AS i;
INSERT INTO clients_cmps (entity_id, cmp_id, component_type, field, "order") SELECT i, i, 'shared.address', 'address', 1 FROM generate_series(1, 150) AS i;
INSERT INTO contact_submissions (document_id, name, email, message, ip, user_agent, created_at)
SELECT pg_temp.document(i, 'contact'), pg_temp.first(i) || ' ' || pg_temp.last(i), pg_temp.mail(i), E'Hei!\nJeg heter ' || pg_temp.first(i) || ' ' || pg_temp.last(i) || ' og kan nås på ' || pg_temp.tel(i) || '. Hilsen ' || pg_temp.first(i) || ' 🌻', pg_temp.ip(i, 'contact'),
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.' || i % 6 || ' Safari/605.1.15', pg_temp.moment(i, 'contact', 300) FROM generate_series(1, 900) AS i;
INSERT INTO newsletter_subscribers (document_id, email, unsubscribe_token, consent_at, created_at, published_at)
SELECT pg_temp.document(i, 'subscriber'), pg_temp.mail(i), pg_temp.hex(i, 'unsubscribe', 48), pg_temp.moment(i, 'consent', 400), pg_temp.moment(i, 'consent', 400), pg_temp.moment(i, 'consent', 400) FROM generate_series(1, 1200) AS i;
INSERT INTO appointments (document_id, starts_at, patient, born, reason, state, created_at)
SELECT pg_temp.document(i, 'appointment'), pg_temp.moment(i, 'starts', 200) + interval '60 days', pg_temp.last(i) || ', ' || pg_temp.first(i), DATE '2008-01-01' - (pg_temp.h(i, 'born') % 22000)::integer, pg_temp.one_of(i, 'reason', ARRAY['Insomnia', 'Migraine', 'Follow-up']) || '; referred by ' || pg_temp.first(i + 3) || ' ' || pg_temp.last(i + 3), (ARRAY['booked', 'done', 'cancelled'])[1 + i % 3], pg_temp.moment(i, 'appointment', 200) FROM generate_series(1, 1000) AS i;
INSERT INTO appointments_client_lnk (appointment_id, client_id, appointment_ord) SELECT i, 1 + i % 150, i FROM generate_series(1, 1000) AS i;
