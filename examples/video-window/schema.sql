-- Video window: a Serverpod backend's production database. Serverpod names its columns in camelCase.

CREATE TABLE serverpod_migrations (id bigserial PRIMARY KEY, module text NOT NULL UNIQUE, version text NOT NULL, "timestamp" timestamp);
CREATE TABLE serverpod_method (id bigserial PRIMARY KEY, endpoint text NOT NULL, method text NOT NULL, UNIQUE (endpoint, method));
CREATE TABLE serverpod_runtime_settings (
    id bigserial PRIMARY KEY, "logSettings" json NOT NULL, "logSettingsOverrides" json NOT NULL,
    "logServiceCalls" boolean NOT NULL, "logMalformedCalls" boolean NOT NULL
);
CREATE TABLE serverpod_health_metric (
    id bigserial PRIMARY KEY, name text NOT NULL, "serverId" text NOT NULL, "timestamp" timestamp NOT NULL,
    "isHealthy" boolean NOT NULL, value double precision NOT NULL, granularity bigint NOT NULL,
    UNIQUE ("timestamp", "serverId", name, granularity)
);
CREATE TABLE serverpod_health_connection_info (
    id bigserial PRIMARY KEY, "serverId" text NOT NULL, "timestamp" timestamp NOT NULL, active bigint NOT NULL,
    closing bigint NOT NULL, idle bigint NOT NULL, granularity bigint NOT NULL, UNIQUE ("timestamp", "serverId", granularity)
);
CREATE TABLE serverpod_read_write_test (id bigserial PRIMARY KEY, number bigint NOT NULL);
CREATE TABLE serverpod_cloud_storage (
    id bigserial PRIMARY KEY, "storageId" text NOT NULL, path text NOT NULL, "addedTime" timestamp NOT NULL,
    expiration timestamp, "byteData" bytea NOT NULL, verified boolean NOT NULL, UNIQUE ("storageId", path)
);
CREATE TABLE serverpod_cloud_storage_direct_upload (
    id bigserial PRIMARY KEY, "storageId" text NOT NULL, path text NOT NULL, expiration timestamp NOT NULL,
    "authKey" text NOT NULL, UNIQUE ("storageId", path)
);
CREATE TABLE serverpod_future_call (
    id bigserial PRIMARY KEY, name text NOT NULL, "time" timestamp NOT NULL, "serializedObject" text,
    "serverId" text NOT NULL, identifier text
);
CREATE TABLE serverpod_session_log (
    id bigserial PRIMARY KEY, "serverId" text NOT NULL, "time" timestamp NOT NULL, module text, endpoint text, method text,
    duration double precision, "numQueries" bigint, slow boolean, error text, "stackTrace" text,
    "authenticatedUserId" bigint, "isOpen" boolean, touched timestamp NOT NULL
);
CREATE TABLE serverpod_log (
    id bigserial PRIMARY KEY, "sessionLogId" bigint NOT NULL REFERENCES serverpod_session_log ON DELETE CASCADE,
    "messageId" bigint, reference text, "serverId" text NOT NULL, "time" timestamp NOT NULL, "logLevel" bigint NOT NULL,
    message text NOT NULL, error text, "stackTrace" text, "order" bigint NOT NULL
);
CREATE TABLE serverpod_query_log (
    id bigserial PRIMARY KEY, "serverId" text NOT NULL,
    "sessionLogId" bigint NOT NULL REFERENCES serverpod_session_log ON DELETE CASCADE, "messageId" bigint, query text NOT NULL,
    duration double precision NOT NULL, "numRows" bigint, "stackTrace" text, error text, slow boolean NOT NULL, "order" bigint NOT NULL
);
CREATE TABLE serverpod_message_log (
    id bigserial PRIMARY KEY, "sessionLogId" bigint NOT NULL REFERENCES serverpod_session_log ON DELETE CASCADE,
    "serverId" text NOT NULL, "messageId" bigint NOT NULL, endpoint text NOT NULL, "messageName" text NOT NULL,
    duration double precision NOT NULL, error text, "stackTrace" text, slow boolean NOT NULL, "order" bigint NOT NULL
);
CREATE TABLE serverpod_user_info (
    id bigserial PRIMARY KEY, "userIdentifier" text NOT NULL UNIQUE, "userName" text, "fullName" text, email text,
    created timestamp NOT NULL, "imageUrl" text, "scopeNames" json NOT NULL, blocked boolean NOT NULL
);
CREATE INDEX serverpod_user_info_email ON serverpod_user_info (email);
CREATE TABLE serverpod_auth_key (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, hash text NOT NULL, "scopeNames" json NOT NULL, method text NOT NULL);
CREATE INDEX serverpod_auth_key_user ON serverpod_auth_key ("userId");
CREATE TABLE serverpod_email_auth (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, email text NOT NULL UNIQUE, hash text NOT NULL);
CREATE TABLE serverpod_email_create_request (
    id bigserial PRIMARY KEY, "userName" text NOT NULL, email text NOT NULL UNIQUE, hash text NOT NULL, "verificationCode" text NOT NULL
);
CREATE TABLE serverpod_email_failed_sign_in (id bigserial PRIMARY KEY, email text NOT NULL, "time" timestamp NOT NULL, "ipAddress" text NOT NULL);
CREATE TABLE serverpod_email_reset (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, "verificationCode" text NOT NULL UNIQUE, expiration timestamp NOT NULL);
CREATE TABLE serverpod_google_refresh_token (id bigserial PRIMARY KEY, "userId" bigint NOT NULL UNIQUE, "refreshToken" text NOT NULL);
CREATE TABLE serverpod_user_image (id bigserial PRIMARY KEY, "userId" bigint NOT NULL, version bigint NOT NULL, url text NOT NULL, UNIQUE ("userId", version));

CREATE TABLE household (id bigserial PRIMARY KEY, name text NOT NULL, address text, "postalCode" text, city text, "contactPhone" text);
CREATE TABLE member (
    id bigserial PRIMARY KEY, "householdId" bigint NOT NULL REFERENCES household ON DELETE CASCADE,
    "userId" bigint NOT NULL REFERENCES serverpod_user_info, nickname text NOT NULL, birthday date, relation text NOT NULL,
    UNIQUE ("householdId", "userId")
);
CREATE TABLE device (
    id bigserial PRIMARY KEY, "householdId" bigint NOT NULL REFERENCES household ON DELETE CASCADE, serial text NOT NULL UNIQUE,
    mac macaddr NOT NULL, "lastIp" inet, "pushToken" text, firmware text NOT NULL, location point, "addedBy" bigint REFERENCES serverpod_user_info
);
CREATE TABLE call (
    id bigserial PRIMARY KEY, room uuid NOT NULL UNIQUE, "fromDevice" bigint NOT NULL REFERENCES device, "toDevice" bigint NOT NULL REFERENCES device,
    during tstzrange NOT NULL, quality numeric(4, 2), "iceCandidates" jsonb, CHECK ("fromDevice" <> "toDevice")
);
CREATE TABLE message (
    id bigserial PRIMARY KEY, "callId" bigint REFERENCES call ON DELETE SET NULL, "authorId" bigint NOT NULL REFERENCES serverpod_user_info,
    body text NOT NULL, attachments jsonb NOT NULL DEFAULT '[]', "sentAt" timestamp NOT NULL
);
CREATE TABLE invitation (id bigserial PRIMARY KEY, "householdId" bigint NOT NULL REFERENCES household, email text NOT NULL, token text NOT NULL UNIQUE, "invitedBy" bigint NOT NULL REFERENCES serverpod_user_info);
