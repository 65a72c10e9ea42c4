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
