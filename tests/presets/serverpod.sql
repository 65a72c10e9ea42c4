-- Serverpod 2 and 3: the server, serverpod_auth, serverpod_auth_core, serverpod_auth_idp, serverpod_chat.
CREATE TABLE serverpod_user_info (id bigserial PRIMARY KEY, "userIdentifier" text NOT NULL UNIQUE, "userName" text, "fullName" text,
    email text, created timestamp NOT NULL, "imageUrl" text, "scopeNames" json NOT NULL, blocked boolean NOT NULL);
CREATE INDEX ON serverpod_user_info (email);
CREATE TABLE serverpod_user_image (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, version bigint NOT NULL, url text NOT NULL,
    UNIQUE ("userId", version));
CREATE TABLE serverpod_auth_key (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, hash text NOT NULL, "scopeNames" json NOT NULL,
    method text NOT NULL);
CREATE TABLE serverpod_email_auth (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, email text NOT NULL UNIQUE, hash text NOT NULL);
CREATE TABLE serverpod_email_create_request (id bigserial PRIMARY KEY, "userName" text NOT NULL, email text NOT NULL UNIQUE,
    hash text NOT NULL, "verificationCode" text NOT NULL);
CREATE TABLE serverpod_email_failed_sign_in (id bigserial PRIMARY KEY, email text NOT NULL, time timestamp NOT NULL,
    "ipAddress" text NOT NULL);
CREATE TABLE serverpod_email_reset (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, "verificationCode" text NOT NULL UNIQUE,
    expiration timestamp NOT NULL);
CREATE TABLE serverpod_google_refresh_token (id bigserial PRIMARY KEY, "userId" bigint NOT NULL UNIQUE, "refreshToken" text NOT NULL);

CREATE TABLE serverpod_auth_core_user (id uuid PRIMARY KEY, "createdAt" timestamp NOT NULL, "scopeNames" json NOT NULL,
    blocked boolean NOT NULL);
CREATE TABLE serverpod_auth_core_profile (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL UNIQUE REFERENCES serverpod_auth_core_user,
    "userName" text, "fullName" text, email text, "createdAt" timestamp NOT NULL, "imageId" uuid);
CREATE TABLE serverpod_auth_core_profile_image (id uuid PRIMARY KEY, "userProfileId" uuid NOT NULL, "createdAt" timestamp NOT NULL,
    "storageId" text NOT NULL, path text NOT NULL, url text NOT NULL);
CREATE TABLE serverpod_auth_core_session (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, "scopeNames" json NOT NULL,
    "createdAt" timestamp NOT NULL, "lastUsedAt" timestamp NOT NULL, "expiresAt" timestamp, "expireAfterUnusedFor" bigint,
    "sessionKeyHash" bytea NOT NULL, "sessionKeySalt" bytea NOT NULL, method text NOT NULL);
CREATE TABLE serverpod_auth_core_jwt_refresh_token (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, "scopeNames" json NOT NULL,
    "extraClaims" text, method text NOT NULL, "fixedSecret" bytea NOT NULL, "rotatingSecretHash" text NOT NULL,
    "lastUpdatedAt" timestamp NOT NULL, "createdAt" timestamp NOT NULL);
CREATE TABLE serverpod_auth_idp_email_account (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, "createdAt" timestamp NOT NULL,
    email text NOT NULL UNIQUE, "passwordHash" text NOT NULL);
CREATE TABLE serverpod_auth_idp_email_account_request (id uuid PRIMARY KEY, "createdAt" timestamp NOT NULL, email text NOT NULL UNIQUE,
    "challengeId" uuid NOT NULL, "createAccountChallengeId" uuid);
CREATE TABLE serverpod_auth_idp_email_account_password_reset_request (id uuid PRIMARY KEY, "emailAccountId" uuid NOT NULL,
    "createdAt" timestamp NOT NULL, "challengeId" uuid NOT NULL, "setPasswordChallengeId" uuid);
CREATE TABLE serverpod_auth_idp_apple_account (id uuid PRIMARY KEY, "userIdentifier" text NOT NULL UNIQUE, "refreshToken" text NOT NULL,
    "refreshTokenRequestedWithBundleIdentifier" boolean NOT NULL, "lastRefreshedAt" timestamp NOT NULL, "authUserId" uuid NOT NULL,
    "createdAt" timestamp NOT NULL, email text, "isEmailVerified" boolean, "isPrivateEmail" boolean, "firstName" text, "lastName" text);
CREATE TABLE serverpod_auth_idp_facebook_account (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, "createdAt" timestamp NOT NULL,
    "userIdentifier" text NOT NULL UNIQUE, email text, "fullName" text, "firstName" text, "lastName" text);
CREATE TABLE serverpod_auth_idp_firebase_account (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, created timestamp NOT NULL,
    email text, phone text, "userIdentifier" text NOT NULL UNIQUE);
CREATE TABLE serverpod_auth_idp_google_account (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, created timestamp NOT NULL,
    email text NOT NULL, "userIdentifier" text NOT NULL UNIQUE);
CREATE TABLE serverpod_auth_idp_passkey_account (id uuid PRIMARY KEY, "authUserId" uuid NOT NULL, "createdAt" timestamp NOT NULL,
    "keyId" bytea NOT NULL, "keyIdBase64" text NOT NULL UNIQUE, "clientDataJSON" bytea NOT NULL, "attestationObject" bytea NOT NULL,
    "originalChallenge" bytea NOT NULL);
CREATE TABLE serverpod_auth_idp_passkey_challenge (id uuid PRIMARY KEY, "createdAt" timestamp NOT NULL, challenge bytea NOT NULL);
CREATE TABLE serverpod_auth_idp_rate_limited_request_attempt (id uuid PRIMARY KEY, domain text NOT NULL, source text NOT NULL,
    nonce text NOT NULL, "ipAddress" text, "attemptedAt" timestamp NOT NULL, "extraData" json);
CREATE TABLE serverpod_auth_idp_secret_challenge (id uuid PRIMARY KEY, "challengeCodeHash" text NOT NULL);

CREATE TABLE serverpod_chat_message (id bigserial PRIMARY KEY, channel text NOT NULL, message text NOT NULL, time timestamp NOT NULL,
    sender bigint NOT NULL, "senderInfo" json, removed boolean NOT NULL, "clientMessageId" bigint, sent boolean, attachments json);
CREATE TABLE serverpod_chat_read_message (id bigserial PRIMARY KEY, channel text NOT NULL, "userId" bigint NOT NULL,
    "lastReadMessageId" bigint NOT NULL, UNIQUE (channel, "userId"));

CREATE TABLE serverpod_cloud_storage (id bigserial PRIMARY KEY, "storageId" text NOT NULL, path text NOT NULL,
    "addedTime" timestamp NOT NULL, expiration timestamp, "byteData" bytea NOT NULL, verified boolean NOT NULL, UNIQUE ("storageId", path));
CREATE TABLE serverpod_cloud_storage_direct_upload (id bigserial PRIMARY KEY, "storageId" text NOT NULL, path text NOT NULL,
    expiration timestamp NOT NULL, "authKey" text NOT NULL, UNIQUE ("storageId", path));
CREATE TABLE serverpod_future_call (id bigserial PRIMARY KEY, name text NOT NULL, time timestamp NOT NULL, "serializedObject" text,
    "serverId" text NOT NULL, identifier text);
CREATE TABLE serverpod_health_connection_info (id bigserial PRIMARY KEY, "serverId" text NOT NULL, "timestamp" timestamp NOT NULL,
    active bigint NOT NULL, closing bigint NOT NULL, idle bigint NOT NULL, granularity bigint NOT NULL,
    UNIQUE ("timestamp", "serverId", granularity));
CREATE TABLE serverpod_health_metric (id bigserial PRIMARY KEY, name text NOT NULL, "serverId" text NOT NULL,
    "timestamp" timestamp NOT NULL, "isHealthy" boolean NOT NULL, value double precision NOT NULL, granularity bigint NOT NULL);
CREATE TABLE serverpod_session_log (id bigserial PRIMARY KEY, "serverId" text NOT NULL, time timestamp NOT NULL, module text,
    endpoint text, method text, duration double precision, "numQueries" bigint, slow boolean, error text, "stackTrace" text,
    "authenticatedUserId" bigint, "userId" text, "isOpen" boolean, touched timestamp NOT NULL);
CREATE TABLE serverpod_log (id bigserial PRIMARY KEY, "sessionLogId" bigint NOT NULL REFERENCES serverpod_session_log,
    "messageId" bigint, reference text, "serverId" text NOT NULL, time timestamp NOT NULL, "logLevel" bigint NOT NULL,
    message text NOT NULL, error text, "stackTrace" text, "order" bigint NOT NULL);
CREATE TABLE serverpod_message_log (id bigserial PRIMARY KEY, "sessionLogId" bigint NOT NULL, "serverId" text NOT NULL,
    "messageId" bigint NOT NULL, endpoint text NOT NULL, "messageName" text NOT NULL, duration double precision NOT NULL, error text,
    "stackTrace" text, slow boolean NOT NULL, "order" bigint NOT NULL);
CREATE TABLE serverpod_query_log (id bigserial PRIMARY KEY, "serverId" text NOT NULL, "sessionLogId" bigint NOT NULL,
    "messageId" bigint, query text NOT NULL, duration double precision NOT NULL, "numRows" bigint, error text, "stackTrace" text,
    slow boolean NOT NULL, "order" bigint NOT NULL);
CREATE TABLE serverpod_method (id bigserial PRIMARY KEY, endpoint text NOT NULL, method text NOT NULL, UNIQUE (endpoint, method));
CREATE TABLE serverpod_migrations (id bigserial PRIMARY KEY, module text NOT NULL UNIQUE, version text NOT NULL, "timestamp" timestamp);
CREATE TABLE serverpod_readwrite_test (id bigserial PRIMARY KEY, number bigint NOT NULL);
CREATE TABLE serverpod_runtime_settings (id bigserial PRIMARY KEY, "logSettings" json NOT NULL, "logSettingsOverrides" json NOT NULL,
    "logServiceCalls" boolean NOT NULL, "logMalformedCalls" boolean NOT NULL);
