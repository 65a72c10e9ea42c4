-- Django 5 with its contrib apps, and the apps that the preset knows. `shop_user` is a user model of one's own.
CREATE TABLE django_content_type (id serial PRIMARY KEY, app_label varchar(100) NOT NULL, model varchar(100) NOT NULL,
    UNIQUE (app_label, model));
CREATE TABLE auth_group (id serial PRIMARY KEY, name varchar(150) NOT NULL UNIQUE);
CREATE TABLE auth_permission (id serial PRIMARY KEY, name varchar(255) NOT NULL, content_type_id int NOT NULL, codename varchar(100) NOT NULL,
    UNIQUE (content_type_id, codename));
CREATE TABLE auth_user (id serial PRIMARY KEY, password varchar(128) NOT NULL, last_login timestamptz, is_superuser boolean NOT NULL,
    username varchar(150) NOT NULL UNIQUE, first_name varchar(150) NOT NULL, last_name varchar(150) NOT NULL, email varchar(254) NOT NULL,
    is_staff boolean NOT NULL, is_active boolean NOT NULL, date_joined timestamptz NOT NULL);
CREATE TABLE auth_user_groups (id bigserial PRIMARY KEY, user_id int NOT NULL, group_id int NOT NULL);
CREATE TABLE shop_user (id bigserial PRIMARY KEY, password varchar(128) NOT NULL, last_login timestamptz, is_superuser boolean NOT NULL,
    email varchar(254) NOT NULL UNIQUE);
CREATE TABLE django_admin_log (id serial PRIMARY KEY, action_time timestamptz NOT NULL, object_id text, object_repr varchar(200) NOT NULL,
    action_flag smallint NOT NULL, change_message text NOT NULL, content_type_id int, user_id int NOT NULL REFERENCES auth_user);
CREATE TABLE django_migrations (id bigserial PRIMARY KEY, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied timestamptz NOT NULL);
CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL);
CREATE TABLE django_site (id serial PRIMARY KEY, domain varchar(100) NOT NULL UNIQUE, name varchar(50) NOT NULL);

CREATE TABLE authtoken_token (key varchar(40) PRIMARY KEY, created timestamptz NOT NULL, user_id int NOT NULL UNIQUE);
CREATE TABLE token_blacklist_outstandingtoken (id bigserial PRIMARY KEY, token text NOT NULL, created_at timestamptz,
    expires_at timestamptz NOT NULL, user_id int, jti varchar(255) NOT NULL UNIQUE);
CREATE TABLE token_blacklist_blacklistedtoken (id bigserial PRIMARY KEY, blacklisted_at timestamptz NOT NULL, token_id bigint NOT NULL UNIQUE);

CREATE TABLE account_emailaddress (id serial PRIMARY KEY, email varchar(254) NOT NULL, verified boolean NOT NULL, "primary" boolean NOT NULL,
    user_id int NOT NULL, UNIQUE (user_id, email));
CREATE UNIQUE INDEX ON account_emailaddress (upper(email)) WHERE verified;
CREATE TABLE account_emailconfirmation (id serial PRIMARY KEY, created timestamptz NOT NULL, sent timestamptz, key varchar(64) NOT NULL UNIQUE,
    email_address_id int NOT NULL);
CREATE TABLE socialaccount_socialaccount (id serial PRIMARY KEY, provider varchar(200) NOT NULL, uid varchar(191) NOT NULL,
    last_login timestamptz NOT NULL, date_joined timestamptz NOT NULL, extra_data jsonb NOT NULL, user_id int NOT NULL,
    UNIQUE (provider, uid));
CREATE TABLE socialaccount_socialapp (id serial PRIMARY KEY, provider varchar(30) NOT NULL, name varchar(40) NOT NULL,
    client_id varchar(191) NOT NULL, secret varchar(191) NOT NULL, key varchar(191) NOT NULL, provider_id varchar(200) NOT NULL,
    settings jsonb NOT NULL);
CREATE TABLE socialaccount_socialtoken (id serial PRIMARY KEY, token text NOT NULL, token_secret text NOT NULL, expires_at timestamptz,
    account_id int NOT NULL, app_id int);
CREATE TABLE mfa_authenticator (id bigserial PRIMARY KEY, type varchar(20) NOT NULL, data jsonb NOT NULL, user_id int NOT NULL,
    created_at timestamptz NOT NULL, last_used_at timestamptz);
CREATE TABLE usersessions_usersession (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL, ip inet NOT NULL,
    last_seen_at timestamptz NOT NULL, session_key varchar(40) NOT NULL UNIQUE, user_agent varchar(200) NOT NULL, data jsonb NOT NULL,
    user_id int NOT NULL);

CREATE TABLE otp_totp_totpdevice (id serial PRIMARY KEY, name varchar(64) NOT NULL, confirmed boolean NOT NULL, key varchar(80) NOT NULL,
    step smallint NOT NULL, t0 bigint NOT NULL, digits smallint NOT NULL, tolerance smallint NOT NULL, drift smallint NOT NULL,
    last_t bigint NOT NULL, user_id int NOT NULL, throttling_failure_count int NOT NULL, throttling_failure_timestamp timestamptz);
CREATE TABLE otp_static_staticdevice (id serial PRIMARY KEY, name varchar(64) NOT NULL, confirmed boolean NOT NULL, user_id int NOT NULL);
CREATE TABLE otp_static_statictoken (id serial PRIMARY KEY, token varchar(16) NOT NULL, device_id int NOT NULL);

CREATE TABLE oauth2_provider_application (id bigserial PRIMARY KEY, client_id varchar(100) NOT NULL UNIQUE, redirect_uris text NOT NULL,
    client_type varchar(32) NOT NULL, authorization_grant_type varchar(44) NOT NULL, client_secret varchar(255) NOT NULL,
    name varchar(255) NOT NULL, user_id bigint, skip_authorization boolean NOT NULL, created timestamptz NOT NULL,
    updated timestamptz NOT NULL, algorithm varchar(5) NOT NULL, post_logout_redirect_uris text NOT NULL, hash_client_secret boolean NOT NULL,
    allowed_origins text NOT NULL);
CREATE TABLE oauth2_provider_accesstoken (id bigserial PRIMARY KEY, token text NOT NULL, token_checksum varchar(64) NOT NULL UNIQUE,
    expires timestamptz NOT NULL, scope text NOT NULL, application_id bigint, user_id int, created timestamptz NOT NULL,
    updated timestamptz NOT NULL, source_refresh_token_id bigint UNIQUE, id_token_id bigint UNIQUE);
CREATE TABLE oauth2_provider_refreshtoken (id bigserial PRIMARY KEY, token varchar(255) NOT NULL, access_token_id bigint UNIQUE,
    application_id bigint NOT NULL, user_id int NOT NULL, created timestamptz NOT NULL, updated timestamptz NOT NULL, revoked timestamptz,
    token_family uuid, UNIQUE (token, revoked));
CREATE TABLE oauth2_provider_grant (id bigserial PRIMARY KEY, code varchar(255) NOT NULL UNIQUE, expires timestamptz NOT NULL,
    redirect_uri text NOT NULL, scope text NOT NULL, application_id bigint NOT NULL, user_id int NOT NULL, created timestamptz NOT NULL,
    updated timestamptz NOT NULL, code_challenge varchar(128) NOT NULL, code_challenge_method varchar(10) NOT NULL,
    nonce varchar(255) NOT NULL, claims text NOT NULL);
CREATE TABLE oauth2_provider_idtoken (id bigserial PRIMARY KEY, jti uuid NOT NULL UNIQUE, expires timestamptz NOT NULL, scope text NOT NULL,
    created timestamptz NOT NULL, updated timestamptz NOT NULL, application_id bigint, user_id int);

CREATE TABLE axes_accessattempt (id serial PRIMARY KEY, user_agent varchar(255) NOT NULL, ip_address inet, username varchar(255),
    http_accept varchar(1025) NOT NULL, path_info varchar(255) NOT NULL, attempt_time timestamptz NOT NULL, get_data text NOT NULL,
    post_data text NOT NULL, failures_since_start int NOT NULL, UNIQUE (username, ip_address, user_agent));
CREATE TABLE axes_accesslog (id serial PRIMARY KEY, user_agent varchar(255) NOT NULL, ip_address inet, username varchar(255),
    http_accept varchar(1025) NOT NULL, path_info varchar(255) NOT NULL, attempt_time timestamptz NOT NULL, logout_time timestamptz,
    session_hash varchar(64) NOT NULL);
CREATE TABLE django_celery_results_taskresult (id serial PRIMARY KEY, task_id varchar(255) NOT NULL UNIQUE, status varchar(50) NOT NULL,
    content_type varchar(128) NOT NULL, content_encoding varchar(64) NOT NULL, result text, date_done timestamptz NOT NULL, traceback text,
    meta text, task_args text, task_kwargs text, task_name varchar(255), worker varchar(100), date_created timestamptz NOT NULL,
    periodic_task_name varchar(255), date_started timestamptz);
CREATE TABLE reversion_revision (id serial PRIMARY KEY, date_created timestamptz NOT NULL, comment text NOT NULL, user_id int);
CREATE TABLE reversion_version (id serial PRIMARY KEY, object_id varchar(191) NOT NULL, format varchar(255) NOT NULL,
    serialized_data text NOT NULL, object_repr text NOT NULL, content_type_id int NOT NULL, revision_id int NOT NULL, db varchar(191) NOT NULL,
    UNIQUE (db, content_type_id, object_id, revision_id));
CREATE TABLE allauth_idp_oidc_client (id varchar(100) PRIMARY KEY, name varchar(100) NOT NULL, secret varchar(200) NOT NULL, scopes text NOT NULL,
    default_scopes text NOT NULL, type varchar(20) NOT NULL, grant_types text NOT NULL, redirect_uris text NOT NULL, cors_origins text NOT NULL,
    response_types text NOT NULL, skip_consent boolean NOT NULL, data jsonb, owner_id int);
CREATE TABLE allauth_idp_oidc_token (id bigserial PRIMARY KEY, type varchar(4) NOT NULL, hash varchar(255) NOT NULL, data jsonb, scopes text NOT NULL,
    client_id varchar(100) NOT NULL REFERENCES allauth_idp_oidc_client, user_id int, UNIQUE (type, hash));
