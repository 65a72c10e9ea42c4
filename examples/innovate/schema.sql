-- Innovate: a Flask application's production database, as SQLAlchemy and Alembic leave it.

CREATE EXTENSION IF NOT EXISTS citext;

CREATE TYPE kyc_status AS ENUM ('pending', 'in_review', 'approved', 'rejected');
CREATE TYPE postal_address AS (street text, postcode text, city text, country character(2));

CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);

CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    vat_number varchar(20),
    domain text,
    billing_email citext NOT NULL,
    billing_address postal_address,
    plan varchar(20) NOT NULL DEFAULT 'team' CHECK (plan IN ('free', 'team', 'enterprise')),
    created_at timestamptz NOT NULL
);

CREATE TABLE roles (id serial PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, permissions text[] NOT NULL);

CREATE TABLE users (
    id bigserial PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    email varchar(254) NOT NULL,
    first_name varchar(80) NOT NULL,
    last_name varchar(80) NOT NULL,
    display_name text,
    phone varchar(32),
    date_of_birth date,
    password_hash varchar(255),
    totp_secret varchar(64),
    avatar_url text,
    preferences jsonb NOT NULL DEFAULT '{}',
    last_login_at timestamptz,
    last_login_ip inet,
    locale varchar(8) NOT NULL DEFAULT 'en',
    invited_by bigint REFERENCES users,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE user_roles (
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    role_id integer NOT NULL REFERENCES roles,
    PRIMARY KEY (user_id, role_id)
);

CREATE TABLE oauth_accounts (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    provider varchar(20) NOT NULL,
    provider_user_id varchar(64) NOT NULL,
    access_token text,
    refresh_token text,
    expires_at timestamptz,
    UNIQUE (provider, provider_user_id)
);

CREATE TABLE sessions (
    id bigserial PRIMARY KEY,
    session_id varchar(255) NOT NULL UNIQUE,
    user_id bigint REFERENCES users ON DELETE CASCADE,
    data bytea,
    ip inet,
    user_agent text,
    expiry timestamptz NOT NULL
);

CREATE TABLE password_resets (
    token_hash character(64) PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    requested_from inet,
    expires_at timestamptz NOT NULL
);

CREATE TABLE api_keys (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    label text,
    key varchar(64) NOT NULL UNIQUE,
    scopes text[] NOT NULL DEFAULT '{}',
    last_used_from inet,
    created_at timestamptz NOT NULL
);

CREATE TABLE kyc_cases (
    id bigserial PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    status kyc_status NOT NULL,
    document_type varchar(20) NOT NULL,
    document_number varchar(20),
    issuing_country character(2),
    ssn character(11),
    result jsonb,
    reviewer_note text,
    opened_at timestamptz NOT NULL
);

CREATE TABLE documents (
    id bigserial PRIMARY KEY,
    kyc_case_id bigint REFERENCES kyc_cases ON DELETE CASCADE,
    file_name text NOT NULL,
    mime varchar(60) NOT NULL,
    content bytea NOT NULL,
    sha256 character(64) NOT NULL,
    extracted_text text,
    uploaded_at timestamptz NOT NULL
);

CREATE TABLE invoices (
    id bigserial PRIMARY KEY,
    number varchar(20) NOT NULL UNIQUE,
    organization_id uuid NOT NULL REFERENCES organizations,
    bill_to text NOT NULL,
    iban varchar(34),
    net numeric(12, 2) NOT NULL CHECK (net > 0),
    tax numeric(12, 2) NOT NULL,
    gross numeric(12, 2) GENERATED ALWAYS AS (net + tax) STORED,
    currency character(3) NOT NULL,
    lines jsonb NOT NULL,
    issued_on date NOT NULL
);

CREATE TABLE payments (
    id bigserial PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES invoices,
    card_brand varchar(20),
    card_last_four character(4),
    card_holder text,
    processor_token varchar(64),
    amount numeric(12, 2) NOT NULL,
    paid_at timestamptz NOT NULL
);

CREATE TABLE support_tickets (
    id bigserial PRIMARY KEY,
    requester citext NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    state varchar(12) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'waiting', 'closed')),
    created_at timestamptz NOT NULL
);

CREATE TABLE ticket_comments (
    id bigserial PRIMARY KEY,
    ticket_id bigint NOT NULL REFERENCES support_tickets ON DELETE CASCADE,
    author_id bigint REFERENCES users,
    body text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE email_log (
    id bigserial PRIMARY KEY,
    recipient citext NOT NULL,
    template varchar(40) NOT NULL,
    subject text NOT NULL,
    body_html text,
    sent_at timestamptz NOT NULL
);

CREATE TABLE webhooks (
    id bigserial PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    url text NOT NULL,
    secret varchar(64) NOT NULL,
    headers jsonb,
    enabled boolean NOT NULL DEFAULT true
);

CREATE TABLE feature_flags (name varchar(60) PRIMARY KEY, enabled boolean NOT NULL, share numeric(3, 2) NOT NULL DEFAULT 1);

CREATE TABLE audit_events (
    id bigserial,
    occurred_at timestamptz NOT NULL,
    actor_id bigint,
    actor_email text,
    action varchar(60) NOT NULL,
    ip inet,
    payload jsonb,
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE TABLE audit_events_2026_h1 PARTITION OF audit_events FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
CREATE TABLE audit_events_2026_h2 PARTITION OF audit_events FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');

CREATE INDEX users_organization ON users (organization_id);
CREATE INDEX audit_actor ON audit_events (actor_id);

CREATE VIEW active_users AS SELECT id, email, display_name FROM users WHERE last_login_at > now() - interval '90 days';
CREATE MATERIALIZED VIEW people_by_organization AS
    SELECT o.id, o.name, count(*) AS people, string_agg(u.email, ', ' ORDER BY u.id) AS emails
    FROM organizations o JOIN users u ON u.organization_id = o.id GROUP BY o.id, o.name;
