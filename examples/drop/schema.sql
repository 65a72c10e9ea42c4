-- Drop, a payment app: the schema as production has it.
--
-- Run it as a superuser in an empty UTF-8 database. There are no psql commands in here, so that a driver can
-- send the file as one simple query; everything works in one transaction, and roles are the only thing that
-- outlives the database.

SET client_min_messages = warning;
SET search_path = public;

CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS btree_gist;


-- Roles --------------------------------------------------------------------------------------------------------

-- Roles belong to the cluster, not to the database: another copy may have made them, even at this very moment.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['drop_owner', 'drop_app', 'drop_readonly'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

-- Default privileges come first, so that they decide what the tables created by drop_owner look like.
ALTER DEFAULT PRIVILEGES FOR ROLE drop_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO drop_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE drop_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO drop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE drop_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO drop_app;

CREATE SCHEMA support;


-- Types and functions ------------------------------------------------------------------------------------------

CREATE DOMAIN email_address AS citext
    CONSTRAINT email_address_shape CHECK (VALUE::text ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$');

CREATE TYPE kyc_status AS ENUM ('not_started', 'pending', 'approved', 'rejected', 'expired');

CREATE TYPE transaction_status AS ENUM ('initiated', 'pending', 'completed', 'failed', 'refunded');

CREATE TYPE postal_address AS (street text, postcode text, city text);

CREATE FUNCTION new_id(prefix text) RETURNS text
    LANGUAGE sql VOLATILE
    AS $$ SELECT prefix || '_' || left(replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16) $$;

COMMENT ON FUNCTION new_id(text) IS 'A fresh identifier: the prefix, an underscore and sixteen hex digits.';

-- ISO 13616: the first four characters move to the end, letters count from 10, the remainder by 97 is 1.
CREATE FUNCTION iban_is_valid(iban text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    digits text;
    letter text;
BEGIN
    IF iban !~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' THEN
        RETURN false;
    END IF;
    digits := substr(iban, 5) || left(iban, 4);
    LOOP
        letter := substring(digits FROM '[A-Z]');
        EXIT WHEN letter IS NULL;
        digits := replace(digits, letter, (ascii(letter) - 55)::text);
    END LOOP;
    RETURN digits::numeric % 97 = 1;
END
$$;


-- Core: users --------------------------------------------------------------------------------------------------

CREATE TABLE users (
    id                 text           NOT NULL DEFAULT new_id('usr') PRIMARY KEY
                                      CONSTRAINT users_id_shape CHECK (id ~ '^usr_[0-9a-f]{16}$'),
    customer_number    integer        GENERATED ALWAYS AS IDENTITY (START WITH 1048577) UNIQUE,
    first_name         text           NOT NULL,
    last_name          text           NOT NULL,
    full_name          text           GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED,
    nickname           text,
    email              email_address  NOT NULL,
    facebook_id        text,
    phone              text           CONSTRAINT users_phone_e164 CHECK (phone ~ '^[+][1-9][0-9]{6,14}$'),
    other_contacts     text[],
    date_of_birth      date           NOT NULL CHECK (date_of_birth >= DATE '1900-01-01'),
    national_id_hash   text           NOT NULL UNIQUE
                                      CONSTRAINT users_national_id_hash_hex CHECK (national_id_hash ~ '^[0-9a-f]{64}$'),
    kyc_status         kyc_status     NOT NULL DEFAULT 'not_started',
    address            postal_address,
    former_addresses   postal_address[],
    preferences        hstore         NOT NULL DEFAULT '',
    last_login_ip      inet,
    referred_by        text           REFERENCES users (id),
    primary_account_id text,
    risk_level         smallint       NOT NULL DEFAULT 0 CHECK (risk_level BETWEEN 0 AND 3),
    created_at         timestamptz    NOT NULL DEFAULT now(),
    updated_at         timestamptz    NOT NULL DEFAULT now(),
    deleted_at         timestamptz
);

-- Sign-in by Facebook was withdrawn; the hole it leaves in the column numbers stays for good.
ALTER TABLE users DROP COLUMN facebook_id;

CREATE UNIQUE INDEX users_email_lower_key ON users (lower(email::text));
CREATE INDEX users_last_name_idx ON users (last_name, first_name);
CREATE INDEX users_kyc_waiting_idx ON users (created_at) WHERE kyc_status = 'pending' AND deleted_at IS NULL;

-- What the planner learns here is whole names: statistics hold data too.
CREATE STATISTICS users_names_stats (mcv) ON first_name, last_name FROM users;

COMMENT ON TABLE users IS 'One row for each customer. Never deleted: a closed account has deleted_at.';
COMMENT ON COLUMN users.national_id_hash IS 'SHA-256 of the national identity number, in hex.';
COMMENT ON COLUMN users.kyc_status IS 'Decides what the app lets the customer do.';

CREATE TABLE users_history (
    history_id  bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     text           NOT NULL REFERENCES users (id),
    first_name  text           NOT NULL,
    last_name   text           NOT NULL,
    email       email_address  NOT NULL,
    phone       text,
    address     postal_address,
    valid_until timestamptz    NOT NULL
);

COMMENT ON TABLE users_history IS 'What a customer''s contact details were before each change.';

CREATE FUNCTION remember_user() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO public.users_history (user_id, first_name, last_name, email, phone, address, valid_until)
    VALUES (OLD.id, OLD.first_name, OLD.last_name, OLD.email, OLD.phone, OLD.address, NEW.updated_at);
    RETURN NULL;
END
$$;

CREATE TRIGGER users_remember
    AFTER UPDATE OF first_name, last_name, email, phone, address ON users
    FOR EACH ROW EXECUTE FUNCTION remember_user();


-- Core: bank_accounts ------------------------------------------------------------------------------------------

CREATE TABLE bank_accounts (
    id                text          NOT NULL DEFAULT new_id('acc') PRIMARY KEY,
    user_id           text          NOT NULL,
    "order"           smallint      NOT NULL DEFAULT 1,
    bank_name         text          NOT NULL,
    holder_name       text          NOT NULL,
    alias             text,
    account_number    text          NOT NULL UNIQUE CHECK (account_number ~ '^[0-9]{11}$'),
    iban              text          NOT NULL UNIQUE CHECK (iban_is_valid(iban)),
    balance           numeric(14,2),
    balance_synced_at timestamptz,
    currency          char(3)       NOT NULL DEFAULT 'NOK',
    opened_on         date          NOT NULL,
    closed_at         timestamptz,
    CONSTRAINT bank_accounts_user_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED
);

-- A customer points at an account that points at the customer: neither row can come first.
ALTER TABLE users
    ADD CONSTRAINT users_primary_account_fkey
        FOREIGN KEY (primary_account_id) REFERENCES bank_accounts (id) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX bank_accounts_user_idx ON bank_accounts (user_id, "order");

COMMENT ON COLUMN bank_accounts.balance IS 'Cached from the bank; NULL until the first synchronisation.';


-- Core: sessions -----------------------------------------------------------------------------------------------

CREATE TABLE sessions (
    id            bigint      GENERATED ALWAYS AS IDENTITY (START WITH 7000000001) PRIMARY KEY,
    user_id       text        NOT NULL REFERENCES users (id),
    token         text        NOT NULL UNIQUE,
    refresh_token text,
    push_token    text,
    device_name   text,
    user_agent    text,
    ip_address    inet,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz
);

CREATE INDEX sessions_user_idx ON sessions (user_id);

COMMENT ON COLUMN sessions.token IS 'The signed token (JWT) that the app sends with each request.';


-- Core: recipients and merchants -------------------------------------------------------------------------------

CREATE TABLE recipients (
    id             text          NOT NULL DEFAULT new_id('rcp') PRIMARY KEY,
    user_id        text          NOT NULL REFERENCES users (id),
    first_name     text          NOT NULL,
    last_name      text          NOT NULL,
    account_holder text,
    country        text          NOT NULL CHECK (country IN ('RS', 'BA', 'PL', 'PK', 'TR', 'EU')),
    bank_account   text          NOT NULL CONSTRAINT recipients_bank_account_iban CHECK (iban_is_valid(bank_account)),
    bank_name      text,
    email          email_address,
    phone          text,
    relationship   text          NOT NULL DEFAULT 'family',
    note           text,
    created_at     timestamptz   NOT NULL
);

CREATE INDEX recipients_user_idx ON recipients (user_id);

COMMENT ON COLUMN recipients.bank_account IS 'An IBAN of the recipient''s country; for EU, of any member state.';

CREATE TABLE merchants (
    id            text           NOT NULL DEFAULT new_id('mer') PRIMARY KEY,
    name          text           NOT NULL,
    org_number    text           NOT NULL CHECK (org_number ~ '^[0-9]{9}$'),
    category_code smallint       NOT NULL,
    contact_name  text,
    contact_email email_address,
    contact_phone text,
    address       postal_address,
    payout_iban   text           CHECK (iban_is_valid(payout_iban)),
    tags          text[]         NOT NULL DEFAULT '{}',
    created_at    timestamptz    NOT NULL
);

COMMENT ON TABLE merchants IS 'Shops that accept payments. Many are one person, and bear that person''s name.';


-- Core: transactions -------------------------------------------------------------------------------------------

CREATE TABLE transactions (
    id              text               NOT NULL DEFAULT new_id('tx') PRIMARY KEY,
    user_id         text               NOT NULL REFERENCES users (id),
    bank_account_id text               NOT NULL REFERENCES bank_accounts (id),
    recipient_id    text               REFERENCES recipients (id),
    merchant_id     text               REFERENCES merchants (id),
    amount          numeric(12,2)      NOT NULL CHECK (amount >= 100 AND amount <= 50000),
    currency        char(3)            NOT NULL DEFAULT 'NOK',
    fee             numeric(12,2)      NOT NULL DEFAULT 0,
    exchange_rate   numeric(18,8),
    status          transaction_status NOT NULL DEFAULT 'initiated',
    idempotency_key uuid               NOT NULL UNIQUE,
    description     text,
    metadata        jsonb              NOT NULL DEFAULT '{}',
    created_at      timestamptz        NOT NULL,
    completed_at    timestamptz,
    CONSTRAINT transactions_one_counterparty CHECK ((recipient_id IS NULL) <> (merchant_id IS NULL))
);

CREATE INDEX transactions_user_idx ON transactions (user_id, created_at);
CREATE INDEX transactions_open_idx ON transactions (created_at) WHERE status IN ('initiated', 'pending');

COMMENT ON TABLE transactions IS 'Kept for five years; de-identified, never removed.';


-- Core: notifications and settings -----------------------------------------------------------------------------

CREATE TABLE notifications (
    id         bigserial   PRIMARY KEY,
    user_id    text        NOT NULL REFERENCES users (id),
    channel    text        NOT NULL CHECK (channel IN ('push', 'sms', 'email')),
    title      text        NOT NULL,
    body       text        NOT NULL,
    sent_to    text[]      NOT NULL DEFAULT '{}',
    data       jsonb,
    created_at timestamptz NOT NULL,
    read_at    timestamptz
);

ALTER SEQUENCE notifications_id_seq RESTART WITH 880000001;
CREATE INDEX notifications_unread_idx ON notifications (user_id) WHERE read_at IS NULL;

CREATE TABLE settings (
    id         serial      PRIMARY KEY,
    "user"     text        REFERENCES users (id),
    key        text        NOT NULL,
    value      text,
    updated_at timestamptz NOT NULL,
    UNIQUE ("user", key)
);

COMMENT ON TABLE settings IS 'Rows without a user are the application''s own.';


-- Compliance: audit_log ----------------------------------------------------------------------------------------

CREATE TABLE audit_log (
    id         text        NOT NULL DEFAULT new_id('audit') CHECK (id ~ '^audit_[0-9a-f]{16}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    actor_id   text,
    action     text        NOT NULL,
    entity     text        NOT NULL,
    entity_id  text,
    ip_address inet,
    user_agent text,
    details    jsonb       NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

CREATE INDEX audit_log_actor_idx ON audit_log (actor_id, created_at);

-- The first quarter was a table of its own before the log was partitioned: its columns come in another order,
-- and one of them has been dropped.
CREATE TABLE audit_log_2025_q1 (
    created_at timestamptz NOT NULL DEFAULT now(),
    action     text        NOT NULL,
    message    text,
    id         text        NOT NULL DEFAULT new_id('audit') CHECK (id ~ '^audit_[0-9a-f]{16}$'),
    actor_id   text,
    ip_address inet,
    details    jsonb       NOT NULL DEFAULT '{}',
    user_agent text,
    entity     text        NOT NULL,
    entity_id  text,
    PRIMARY KEY (id, created_at)
);

ALTER TABLE audit_log_2025_q1 DROP COLUMN message;
ALTER TABLE audit_log_2025_q1 RENAME CONSTRAINT audit_log_2025_q1_id_check TO audit_log_id_check;
ALTER TABLE audit_log ATTACH PARTITION audit_log_2025_q1
    FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2025-04-01 00:00:00+00');

CREATE TABLE audit_log_2025_q2 PARTITION OF audit_log
    FOR VALUES FROM ('2025-04-01 00:00:00+00') TO ('2025-07-01 00:00:00+00');
CREATE TABLE audit_log_2025_q3 PARTITION OF audit_log
    FOR VALUES FROM ('2025-07-01 00:00:00+00') TO ('2025-10-01 00:00:00+00');
CREATE TABLE audit_log_2025_q4 PARTITION OF audit_log
    FOR VALUES FROM ('2025-10-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
CREATE TABLE audit_log_2026_q1 PARTITION OF audit_log
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-04-01 00:00:00+00');
CREATE TABLE audit_log_2026_q2 PARTITION OF audit_log
    FOR VALUES FROM ('2026-04-01 00:00:00+00') TO ('2026-07-01 00:00:00+00');
CREATE TABLE audit_log_2026_q3 PARTITION OF audit_log
    FOR VALUES FROM ('2026-07-01 00:00:00+00') TO ('2026-10-01 00:00:00+00');
CREATE TABLE audit_log_2026_q4 PARTITION OF audit_log
    FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;

COMMENT ON TABLE audit_log IS 'Who did what, by quarter. Whatever no quarter takes is in the default partition.';


-- Compliance: money laundering ---------------------------------------------------------------------------------

CREATE TABLE aml_alerts (
    id             text          NOT NULL DEFAULT new_id('aml') PRIMARY KEY,
    user_id        text          NOT NULL REFERENCES users (id),
    transaction_id text          REFERENCES transactions (id),
    rule           text          NOT NULL,
    score          numeric,
    narrative      text,
    evidence       jsonb         NOT NULL DEFAULT '{}',
    assigned_to    email_address,
    created_at     timestamptz   NOT NULL,
    resolved_at    timestamptz
);

COMMENT ON COLUMN aml_alerts.score IS 'From 0 to 1; NaN when the model could not tell.';

CREATE TABLE str_reports (
    id         integer     GENERATED BY DEFAULT AS IDENTITY (START WITH 31001) PRIMARY KEY,
    alert_id   text        NOT NULL REFERENCES aml_alerts (id),
    user_id    text        NOT NULL REFERENCES users (id),
    narrative  text        NOT NULL,
    filed_by   text        NOT NULL,
    filed_at   timestamptz,
    created_at timestamptz NOT NULL
);

COMMENT ON TABLE str_reports IS 'Suspicious transaction reports, as sent to the financial intelligence unit.';

CREATE TABLE screening_results (
    id         bigint      GENERATED ALWAYS AS IDENTITY (START WITH 50000001) PRIMARY KEY,
    user_id    text        NOT NULL REFERENCES users (id),
    provider   text        NOT NULL,
    outcome    text        NOT NULL,
    result     jsonb       NOT NULL,
    raw        text,
    checked_at timestamptz NOT NULL
);

COMMENT ON COLUMN screening_results.raw IS 'The answer as the provider sent it: JSON, kept as text.';


-- Compliance: the customer's rights ----------------------------------------------------------------------------

CREATE TABLE consents (
    user_id      text        NOT NULL REFERENCES users (id),
    purpose      text        NOT NULL,
    version      text        NOT NULL,
    granted      boolean     NOT NULL,
    ip_address   inet,
    user_agent   text,
    granted_at   timestamptz NOT NULL,
    valid_until  timestamptz NOT NULL DEFAULT 'infinity',
    withdrawn_at timestamptz,
    PRIMARY KEY (user_id, purpose, version)
);

CREATE TABLE data_access_requests (
    id           uuid          NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    user_id      text          NOT NULL REFERENCES users (id),
    requested_by email_address NOT NULL,
    state        text          NOT NULL,
    export       json,
    export_file  oid,
    requested_at timestamptz   NOT NULL,
    answered_at  timestamptz
);

COMMENT ON COLUMN data_access_requests.export IS 'What the customer was sent, byte for byte: json, not jsonb.';
COMMENT ON COLUMN data_access_requests.export_file IS 'The large object that holds the archive.';

CREATE TABLE complaints (
    id         serial      PRIMARY KEY,
    user_id    text        NOT NULL REFERENCES users (id),
    parent_id  integer     REFERENCES complaints (id),
    subject    text        NOT NULL,
    body       text        NOT NULL,
    contact    text,
    search     tsvector    GENERATED ALWAYS AS (
                   to_tsvector('pg_catalog.norwegian'::regconfig, subject || ' ' || body)
               ) STORED,
    state      text        NOT NULL DEFAULT 'open',
    created_at timestamptz NOT NULL
);

ALTER SEQUENCE complaints_id_seq RESTART WITH 40211;
CREATE INDEX complaints_search_idx ON complaints USING gin (search);

ALTER TABLE complaints ENABLE ROW LEVEL SECURITY;
CREATE POLICY complaints_own ON complaints TO drop_app
    USING (user_id = current_setting('drop.user_id', true));

COMMENT ON TABLE complaints IS 'Row-level security: the application sees only those of the signed-in customer.';


-- System -------------------------------------------------------------------------------------------------------

CREATE TABLE exchange_rates (
    base     char(3)       NOT NULL,
    quote    char(3)       NOT NULL,
    valid_on date          NOT NULL,
    rate     numeric(18,8) NOT NULL CHECK (rate > 0),
    source   text          NOT NULL DEFAULT 'norges-bank',
    PRIMARY KEY (base, quote, valid_on)
);

-- A published rate is history: deleting one does nothing.
CREATE RULE exchange_rates_keep AS ON DELETE TO exchange_rates DO INSTEAD NOTHING;

-- Counters that may be lost in a crash are not worth their write-ahead log.
CREATE UNLOGGED TABLE rate_limits (
    key        text        PRIMARY KEY,
    hits       integer     NOT NULL DEFAULT 0,
    "window"   interval    NOT NULL,
    started_at timestamptz NOT NULL
);

CREATE TABLE cards (
    id              text        NOT NULL DEFAULT new_id('card') PRIMARY KEY,
    user_id         text        NOT NULL REFERENCES users (id),
    bank_account_id text        NOT NULL REFERENCES bank_accounts (id),
    token           text        NOT NULL UNIQUE CHECK (token ~ '^tok_[A-Za-z0-9]{24}$'),
    last4           char(4)     NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    cardholder_name text        NOT NULL,
    brand           text        NOT NULL,
    expires_on      date        NOT NULL,
    blocked_at      timestamptz,
    created_at      timestamptz NOT NULL
);

CREATE TABLE spending_limits (
    id          integer       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     text          NOT NULL REFERENCES users (id),
    kind        text          NOT NULL,
    period      daterange     NOT NULL,
    amount      numeric(12,2) NOT NULL CHECK (amount > 0),
    approved_by email_address,
    CONSTRAINT spending_limits_do_not_overlap
        EXCLUDE USING gist (user_id WITH =, kind WITH =, period WITH &&)
);


-- Beside the nineteen ------------------------------------------------------------------------------------------

CREATE TABLE kyc_documents (
    id          integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     text        NOT NULL REFERENCES users (id),
    kind        text        NOT NULL,
    file_name   text        NOT NULL,
    content     bytea,
    uploaded_at timestamptz NOT NULL
);

COMMENT ON COLUMN kyc_documents.content IS 'The file as uploaded: PDF, PNG or JPEG, of up to a few MiB.';

CREATE TABLE "User Notes" (
    "Note"             bigint      GENERATED BY DEFAULT AS IDENTITY (START WITH 900001) PRIMARY KEY,
    "user"             text        NOT NULL REFERENCES users (id),
    "Weird ""Column""" text,
    "Written At"       timestamptz NOT NULL
);

-- Written by a job that only ever appends, and read by nobody: there is no key.
CREATE TABLE login_attempts (
    email        text        NOT NULL,
    ip_address   inet,
    succeeded    boolean     NOT NULL,
    attempted_at timestamptz NOT NULL
);

-- Announced, not launched: no row has ever been written.
CREATE TABLE feature_trials (
    user_id    text        NOT NULL REFERENCES users (id),
    feature    text        NOT NULL,
    invited_by text,
    started_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, feature)
);

CREATE TABLE support.tickets (
    id         integer        GENERATED BY DEFAULT AS IDENTITY (START WITH 600001) PRIMARY KEY,
    user_id    text,
    requester  public.email_address NOT NULL,
    subject    text           NOT NULL,
    body       text           NOT NULL,
    search     tsvector,
    labels     text[]         NOT NULL DEFAULT '{}',
    created_at timestamptz    NOT NULL
);

CREATE TRIGGER tickets_search
    BEFORE INSERT OR UPDATE ON support.tickets
    FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(search, 'pg_catalog.norwegian', subject, body);

-- Inheritance from before partitioning: parent and child each have rows of their own.
CREATE TABLE support.tickets_archive (
    archived_at timestamptz NOT NULL
) INHERITS (support.tickets);


-- Views --------------------------------------------------------------------------------------------------------

CREATE VIEW active_customers AS
    SELECT id, full_name, email, phone, kyc_status
    FROM users
    WHERE deleted_at IS NULL;

CREATE MATERIALIZED VIEW customer_overview AS
    SELECT u.id AS user_id,
           u.full_name,
           u.email,
           (u.address).city AS city,
           sum(a.balance) AS balance,
           count(a.id) AS accounts
    FROM users u
    LEFT JOIN bank_accounts a ON a.user_id = u.id
    GROUP BY u.id
WITH NO DATA;

CREATE UNIQUE INDEX customer_overview_user_key ON customer_overview (user_id);


-- Owners and grants --------------------------------------------------------------------------------------------

ALTER TABLE users OWNER TO drop_owner;
ALTER TABLE users_history OWNER TO drop_owner;
ALTER TABLE bank_accounts OWNER TO drop_owner;
ALTER TABLE sessions OWNER TO drop_owner;
ALTER TABLE recipients OWNER TO drop_owner;
ALTER TABLE transactions OWNER TO drop_owner;
ALTER TABLE complaints OWNER TO drop_owner;
ALTER TABLE cards OWNER TO drop_owner;
ALTER VIEW active_customers OWNER TO drop_owner;
ALTER MATERIALIZED VIEW customer_overview OWNER TO drop_owner;
ALTER FUNCTION new_id(text) OWNER TO drop_owner;
ALTER SCHEMA support OWNER TO drop_owner;

GRANT USAGE ON SCHEMA support TO drop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, support TO drop_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, support TO drop_app;
REVOKE UPDATE, DELETE ON audit_log FROM drop_app;

GRANT SELECT ON transactions, merchants, exchange_rates, spending_limits TO drop_readonly;
GRANT SELECT (id, kyc_status, risk_level, created_at) ON users TO drop_readonly;
REVOKE ALL ON FUNCTION iban_is_valid(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iban_is_valid(text) TO drop_owner, drop_app;

RESET search_path;
RESET client_min_messages;
