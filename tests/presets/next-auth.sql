-- The tables of Auth.js as Prisma, pg and Drizzle make them, each in a schema of its own.
CREATE SCHEMA prisma; CREATE SCHEMA pg; CREATE SCHEMA drizzle_orm;
CREATE TABLE prisma."User" (id text PRIMARY KEY, name text, email text UNIQUE, "emailVerified" timestamp(3), image text,
    "createdAt" timestamp(3) NOT NULL, "updatedAt" timestamp(3) NOT NULL);
CREATE TABLE prisma."Account" (id text PRIMARY KEY, "userId" text NOT NULL REFERENCES prisma."User", type text NOT NULL, provider text NOT NULL,
    "providerAccountId" text NOT NULL, refresh_token text, access_token text, expires_at int, token_type text, scope text, id_token text,
    session_state text, UNIQUE (provider, "providerAccountId"));
CREATE TABLE prisma."Session" (id text PRIMARY KEY, "sessionToken" text NOT NULL UNIQUE, "userId" text NOT NULL REFERENCES prisma."User",
    expires timestamp(3) NOT NULL);
CREATE TABLE prisma."VerificationToken" (identifier text NOT NULL, token text NOT NULL UNIQUE, expires timestamp(3) NOT NULL,
    UNIQUE (identifier, token));
CREATE TABLE prisma."Authenticator" ("credentialID" text NOT NULL UNIQUE, "userId" text NOT NULL, "providerAccountId" text NOT NULL,
    "credentialPublicKey" text NOT NULL, counter int NOT NULL, "credentialDeviceType" text NOT NULL, "credentialBackedUp" boolean NOT NULL,
    transports text, PRIMARY KEY ("userId", "credentialID"));
CREATE TABLE prisma._prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
    migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL, applied_steps_count int NOT NULL);

CREATE TABLE pg.verification_token (identifier text NOT NULL, expires timestamptz NOT NULL, token text NOT NULL, PRIMARY KEY (identifier, token));
CREATE TABLE pg.accounts (id serial PRIMARY KEY, "userId" int NOT NULL, type varchar(255) NOT NULL, provider varchar(255) NOT NULL,
    "providerAccountId" varchar(255) NOT NULL, refresh_token text, access_token text, expires_at bigint, id_token text, scope text,
    session_state text, token_type text);
CREATE TABLE pg.sessions (id serial PRIMARY KEY, "userId" int NOT NULL, expires timestamptz NOT NULL, "sessionToken" varchar(255) NOT NULL);
CREATE TABLE pg.users (id serial PRIMARY KEY, name varchar(255), email varchar(255), "emailVerified" timestamptz, image text);

CREATE TABLE drizzle_orm."user" (id text PRIMARY KEY, name text, email text UNIQUE, "emailVerified" timestamp, image text);
CREATE TABLE drizzle_orm.account ("userId" text NOT NULL REFERENCES drizzle_orm."user", type text NOT NULL, provider text NOT NULL,
    "providerAccountId" text NOT NULL, refresh_token text, access_token text, expires_at int, token_type text, scope text, id_token text,
    session_state text, PRIMARY KEY (provider, "providerAccountId"));
CREATE TABLE drizzle_orm.session ("sessionToken" text PRIMARY KEY, "userId" text NOT NULL REFERENCES drizzle_orm."user", expires timestamp NOT NULL);
CREATE TABLE drizzle_orm."verificationToken" (identifier text NOT NULL, token text NOT NULL, expires timestamp NOT NULL,
    PRIMARY KEY (identifier, token));
CREATE TABLE drizzle_orm.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);

-- Better Auth with its plugins, as Drizzle spells the columns.
CREATE SCHEMA better_auth;
CREATE TABLE better_auth."user" (id text PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, email_verified boolean NOT NULL, image text,
    role text, banned boolean, ban_reason text, ban_expires timestamp, username text UNIQUE, display_username text, phone_number text UNIQUE,
    stripe_customer_id text, two_factor_enabled boolean, created_at timestamp NOT NULL);
CREATE TABLE better_auth.session (id text PRIMARY KEY, expires_at timestamp NOT NULL, token text NOT NULL UNIQUE, ip_address text, user_agent text,
    impersonated_by text, active_organization_id text, active_team_id text, user_id text NOT NULL REFERENCES better_auth."user");
CREATE TABLE better_auth.account (id text PRIMARY KEY, account_id text NOT NULL, provider_id text NOT NULL,
    user_id text NOT NULL REFERENCES better_auth."user", access_token text, refresh_token text, id_token text,
    access_token_expires_at timestamp, scope text, password text);
CREATE TABLE better_auth.verification (id text PRIMARY KEY, identifier text NOT NULL, value text NOT NULL, expires_at timestamp NOT NULL);
CREATE TABLE better_auth.two_factor (id text PRIMARY KEY, secret text NOT NULL, backup_codes text NOT NULL,
    user_id text NOT NULL REFERENCES better_auth."user");
CREATE TABLE better_auth.passkey (id text PRIMARY KEY, name text, public_key text NOT NULL, user_id text NOT NULL REFERENCES better_auth."user",
    credential_id text NOT NULL, counter int NOT NULL, device_type text NOT NULL, backed_up boolean NOT NULL, transports text, aaguid text);
CREATE TABLE better_auth.organization (id text PRIMARY KEY, name text NOT NULL, slug text UNIQUE, logo text, created_at timestamp NOT NULL, metadata text);
CREATE TABLE better_auth.member (id text PRIMARY KEY, organization_id text NOT NULL REFERENCES better_auth.organization,
    user_id text NOT NULL REFERENCES better_auth."user", role text NOT NULL, created_at timestamp NOT NULL);
CREATE TABLE better_auth.invitation (id text PRIMARY KEY, organization_id text NOT NULL REFERENCES better_auth.organization, email text NOT NULL,
    role text, status text NOT NULL, expires_at timestamp NOT NULL, inviter_id text NOT NULL REFERENCES better_auth."user");
CREATE TABLE better_auth.jwks (id text PRIMARY KEY, public_key text NOT NULL, private_key text NOT NULL, created_at timestamp NOT NULL);
CREATE TABLE better_auth.apikey (id text PRIMARY KEY, name text, start text, prefix text, key text NOT NULL,
    user_id text NOT NULL REFERENCES better_auth."user", permissions text, metadata text);
