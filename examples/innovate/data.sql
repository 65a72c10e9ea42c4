-- Innovate: made-up people and firms, the same ones every time. "Today" is 1 November 2026.
-- People, firms and mail domains are invented; identifiers are valid and lie outside of what is reserved for examples,
-- so that one that gets through is plain to see.

SET client_min_messages = warning;
SET search_path = public;

CREATE FUNCTION pg_temp.h(i bigint, what text) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT hashint8extended(i, hashtextextended(what, 7)) & 9223372036854775807 $$;
CREATE FUNCTION pg_temp.one_of(i bigint, what text, choices text[]) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT choices[1 + pg_temp.h(i, what) % cardinality(choices)] $$;
CREATE FUNCTION pg_temp.moment(i bigint, what text, days integer) RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT TIMESTAMPTZ '2026-11-01 00:00+00' - make_interval(secs => pg_temp.h(i, what) % (days * 86400)) $$;
CREATE FUNCTION pg_temp.hex(i bigint, what text, length integer) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT left(encode(sha256(convert_to(what || i, 'UTF8')), 'hex'), length) $$;
CREATE FUNCTION pg_temp.address_v4(i bigint, what text) RETURNS inet LANGUAGE sql STABLE
    AS $$ SELECT ('81.' || pg_temp.h(i, what) % 200 || '.' || pg_temp.h(i, what || 'b') % 250 || '.' || 1 + pg_temp.h(i, what || 'c') % 250)::inet $$;

CREATE FUNCTION pg_temp.first(i bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT pg_temp.one_of(i, 'first', ARRAY[
    'Olivia', 'Noah', 'Amelia', 'Liam', 'Zoë', 'Mateo', 'Harper', 'Elijah', 'Chloé', 'Lucas', 'Priya', 'Jamal', 'Siobhán',
    'Wei', 'Fatima', 'Tobias', 'Renée', 'Dmitri', 'Aisha', 'Hugo', 'Grace', 'Owen', 'Mary Jane', 'Jean-Luc']) $$;
CREATE FUNCTION pg_temp.last(i bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT pg_temp.one_of(i, 'last', ARRAY[
    'Whitfield', 'Okonkwo', 'Castellanos', 'Fitzgerald', 'O''Connell', 'Hargreaves', 'Nakamura', 'Lindqvist', 'Petrosyan',
    'Ravindran', 'Abernathy', 'Delacroix', 'Svensson', 'McAllister', 'García-López', 'Van der Berg', 'Kowalczyk', 'Bianchi',
    'Thornbury', 'Ashworth', 'Rosenthal', 'Mbeki', 'Carmichael', 'Duquesne']) $$;
CREATE FUNCTION pg_temp.mail(i bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lower(regexp_replace(translate(pg_temp.first(i) || '.' || pg_temp.last(i), 'ëéáóíÉ', 'eeaoiE'), '[^A-Za-z.]', '', 'g'))
           || i || '@' || pg_temp.one_of(i, 'host', ARRAY['brightmail.net', 'harborpost.com', 'quicklet.io', 'oldtownmail.org']) $$;
-- 202-555-… is reserved for fiction; these are not.
CREATE FUNCTION pg_temp.tel(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '+1 ' || (ARRAY['415', '646', '312', '206'])[1 + i % 4] || ' ' || 200 + pg_temp.h(i, 'tel') % 350 || ' ' || lpad((i * 7919 % 10000)::text, 4, '0') $$;
CREATE FUNCTION pg_temp.ssn(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT lpad((100 + pg_temp.h(i, 'ssn') % 500)::text, 3, '0') || '-' || lpad((10 + pg_temp.h(i, 'ssn2') % 80)::text, 2, '0') || '-' || lpad((1 + i * 37 % 9998)::text, 4, '0') $$;
-- Check digits by ISO 7064: 98 less the rest of the number with the country's letters (DE, 1314) behind.
CREATE FUNCTION pg_temp.iban(i bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'DE' || lpad((98 - (b || '131400')::numeric % 97)::text, 2, '0') || b
    FROM (SELECT '37040044' || lpad((pg_temp.h(i, 'iban') % 10000000000)::text, 10, '0') AS b) AS bban $$;

INSERT INTO alembic_version VALUES ('7c1f0a2b93de');
INSERT INTO roles (name, permissions) VALUES
    ('owner', '{*}'), ('admin', '{users,billing}'), ('member', '{read,write}'), ('auditor', '{read}');
INSERT INTO feature_flags VALUES ('new_billing', true, 0.25), ('dark_mode', true, 1), ('beta_api', false, 0);

INSERT INTO organizations
SELECT pg_temp.hex(i, 'org', 32)::uuid, pg_temp.last(i * 3) || ' & ' || pg_temp.last(i * 3 + 1) || ' ' || (ARRAY['Ltd', 'LLC', 'GmbH'])[1 + i % 3],
    'DE' || 100000000 + pg_temp.h(i, 'vat') % 899999999, lower(regexp_replace(pg_temp.last(i * 3), '[^A-Za-z]', '', 'g')) || i || '.io',
    'billing@' || lower(regexp_replace(pg_temp.last(i * 3), '[^A-Za-z]', '', 'g')) || i || '.io',
    ROW(1 + i % 90 || ' ' || pg_temp.last(i) || ' Street', lpad((10000 + i * 77 % 89999)::text, 5, '0'), 'San Francisco', 'US')::postal_address,
    (ARRAY['free', 'team', 'enterprise'])[1 + i % 3], pg_temp.moment(i, 'org made', 900)
FROM generate_series(1, 60) AS i;

INSERT INTO users (organization_id, email, first_name, last_name, display_name, phone, date_of_birth, password_hash, totp_secret,
    avatar_url, preferences, last_login_at, last_login_ip, locale, invited_by, created_at)
SELECT pg_temp.hex(1 + i % 60, 'org', 32)::uuid, pg_temp.mail(i), pg_temp.first(i), pg_temp.last(i),
    CASE WHEN i % 4 > 0 THEN pg_temp.first(i) || ' ' || left(pg_temp.last(i), 1) || '.' END,
    CASE WHEN i % 6 > 0 THEN pg_temp.tel(i) END,
    DATE '2006-01-01' - (pg_temp.h(i, 'born') % 18000)::integer,
    'scrypt:32768:8:1$' || pg_temp.hex(i, 'salt', 16) || '$' || pg_temp.hex(i, 'pw', 64) || pg_temp.hex(i, 'pw2', 64),
    CASE WHEN i % 5 = 0 THEN upper(translate(pg_temp.hex(i, 'totp', 32), '0189', 'WXYZ')) END,
    'https://avatars.' || pg_temp.one_of(i, 'host', ARRAY['brightmail.net', 'harborpost.com']) || '/u/' || pg_temp.mail(i) || '.png',
    jsonb_build_object('theme', (ARRAY['dark', 'light'])[1 + i % 2], 'digest', i % 3 = 0,
        'contact', jsonb_build_object('email', pg_temp.mail(i), 'phones', jsonb_build_array(pg_temp.tel(i), pg_temp.tel(i + 5000)))),
    pg_temp.moment(i, 'login', 200), pg_temp.address_v4(i, 'ip'), (ARRAY['en', 'en', 'de', 'fr'])[1 + i % 4],
    CASE WHEN i > 60 THEN 1 + i % 60 END, pg_temp.moment(i, 'joined', 800) - interval '200 days'
FROM generate_series(1, 2000) AS i;

INSERT INTO user_roles SELECT i, 1 + i % 4 FROM generate_series(1, 2000) AS i;
INSERT INTO oauth_accounts (user_id, provider, provider_user_id, access_token, refresh_token, expires_at)
SELECT i, (ARRAY['google', 'github'])[1 + i % 2], 100000000000 + pg_temp.h(i, 'sub') % 899999999999,
    'ya29.' || pg_temp.hex(i, 'access', 60), '1//0' || pg_temp.hex(i, 'refresh', 48), pg_temp.moment(i, 'exp', 30)
FROM generate_series(1, 2000, 3) AS i;

INSERT INTO sessions (session_id, user_id, data, ip, user_agent, expiry)
SELECT 'session:' || pg_temp.hex(i, 'session', 40), 1 + i % 2000,
    convert_to('{"_user_id": "' || 1 + i % 2000 || '", "_fresh": true, "email": "' || pg_temp.mail(1 + i % 2000) || '"}', 'UTF8'),
    pg_temp.address_v4(i, 'session ip'),
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1' || 10 + i % 30 || '.0.0.0 Safari/537.36',
    pg_temp.moment(i, 'expiry', 20) + interval '25 days'
FROM generate_series(1, 3000) AS i;

INSERT INTO password_resets
SELECT pg_temp.hex(i, 'reset', 64), i, pg_temp.address_v4(i, 'reset ip'), pg_temp.moment(i, 'reset at', 2) FROM generate_series(5, 2000, 37) AS i;
INSERT INTO api_keys (user_id, label, key, scopes, last_used_from, created_at)
SELECT i, 'key of ' || pg_temp.first(i), 'inv_live_' || pg_temp.hex(i, 'api', 40), '{read,write}', pg_temp.address_v4(i, 'api ip'), pg_temp.moment(i, 'api', 300)
FROM generate_series(2, 2000, 11) AS i;

INSERT INTO kyc_cases (user_id, status, document_type, document_number, issuing_country, ssn, result, reviewer_note, opened_at)
SELECT i, (ARRAY['pending', 'in_review', 'approved', 'approved', 'rejected'])[1 + i % 5]::kyc_status, (ARRAY['passport', 'driving_licence'])[1 + i % 2],
    upper(left(pg_temp.last(i), 2)) || 1000000 + pg_temp.h(i, 'doc') % 8999999, 'US', pg_temp.ssn(i),
    jsonb_build_object('provider', 'checkly', 'score', pg_temp.h(i, 'score') % 100, 'applicant',
        jsonb_build_object('name', pg_temp.first(i) || ' ' || pg_temp.last(i), 'ssn', pg_temp.ssn(i), 'email', pg_temp.mail(i)),
        'hits', CASE WHEN i % 9 = 0 THEN jsonb_build_array(jsonb_build_object('list', 'PEP', 'name', pg_temp.first(i) || ' ' || pg_temp.last(i))) ELSE '[]' END),
    CASE WHEN i % 4 = 0 THEN 'Called ' || pg_temp.first(i) || ' ' || pg_temp.last(i) || ' on ' || pg_temp.tel(i) || E'.\nSays the SSN is ' || pg_temp.ssn(i) || '; \N is not a typo, C:\scans\new.' END,
    pg_temp.moment(i, 'kyc', 400)
FROM generate_series(1, 2000, 2) AS i;

INSERT INTO documents (kyc_case_id, file_name, mime, content, sha256, extracted_text, uploaded_at)
SELECT id, pg_temp.last(user_id) || '_' || document_type || '.pdf', 'application/pdf',
    convert_to('%PDF-1.4' || E'\n% ' || pg_temp.first(user_id) || ' ' || pg_temp.last(user_id) || ' ' || ssn || E'\n', 'UTF8') || decode(repeat(pg_temp.hex(id, 'scan', 64), 20), 'hex') || convert_to(E'\n%%EOF\n', 'UTF8'),
    pg_temp.hex(id, 'sha', 64), 'SURNAME ' || upper(pg_temp.last(user_id)) || E'\nGIVEN NAMES ' || upper(pg_temp.first(user_id)) || E'\nNO ' || document_number,
    opened_at
FROM kyc_cases;

INSERT INTO invoices (number, organization_id, bill_to, iban, net, tax, currency, lines, issued_on)
SELECT 'INV-' || lpad(i::text, 6, '0'), pg_temp.hex(1 + i % 60, 'org', 32)::uuid, pg_temp.first(i) || ' ' || pg_temp.last(i) || E'\n' || 1 + i % 90 || ' Mission Street',
    pg_temp.iban(i), 10 + pg_temp.h(i, 'net') % 900000 / 100.0, pg_temp.h(i, 'tax') % 90000 / 100.0, 'EUR',
    jsonb_build_array(jsonb_build_object('text', 'Seats', 'quantity', 1 + i % 50)), DATE '2026-10-31' - (i % 700)
FROM generate_series(1, 1500) AS i;
INSERT INTO payments (invoice_id, card_brand, card_last_four, card_holder, processor_token, amount, paid_at)
SELECT id, (ARRAY['visa', 'mastercard'])[1 + id % 2], lpad((pg_temp.h(id, 'card') % 10000)::text, 4, '0'), upper(pg_temp.first(id) || ' ' || pg_temp.last(id)),
    'tok_1' || pg_temp.hex(id, 'tok', 24), gross, issued_on + interval '9 days'
FROM invoices WHERE id % 3 > 0;

INSERT INTO support_tickets (requester, subject, body, state, created_at)
SELECT pg_temp.mail(i), (ARRAY['Can''t sign in', 'Invoice question', 'Délai de paiement', 'Export 📦'])[1 + i % 4],
    'Hi, this is ' || pg_temp.first(i) || ' ' || pg_temp.last(i) || '. Please write to ' || pg_temp.mail(i) || ' or call ' || pg_temp.tel(i)
    || CASE WHEN i % 3 = 0 THEN '. My account is ' || pg_temp.iban(i) ELSE '' END || '. Thanks!', (ARRAY['open', 'waiting', 'closed'])[1 + i % 3], pg_temp.moment(i, 'ticket', 300)
FROM generate_series(1, 2000, 4) AS i;
INSERT INTO ticket_comments (ticket_id, author_id, body, created_at)
SELECT id, 1 + id % 2000, 'Spoke with ' || split_part(requester::text, '@', 1) || '; reply goes to ' || requester, created_at + interval '1 hour' FROM support_tickets WHERE id % 2 = 0;
INSERT INTO email_log (recipient, template, subject, body_html, sent_at)
SELECT pg_temp.mail(i), 'welcome', 'Welcome, ' || pg_temp.first(i) || '!', '<p>Dear ' || pg_temp.first(i) || ' ' || pg_temp.last(i) || ',</p><a href="https://app.innovate.invalid/confirm?token=' || pg_temp.hex(i, 'confirm', 40) || '">confirm</a>',
    pg_temp.moment(i, 'mail', 400) FROM generate_series(1, 2000, 2) AS i;
INSERT INTO webhooks (organization_id, url, secret, headers)
SELECT id, 'https://svc:' || pg_temp.hex(row_number() OVER (), 'hook pw', 12) || '@hooks.' || domain || '/in', 'whsec_' || pg_temp.hex(row_number() OVER (), 'hook', 32),
    jsonb_build_object('Authorization', 'Bearer ' || pg_temp.hex(row_number() OVER (), 'bearer', 40)) FROM organizations WHERE plan <> 'free';
INSERT INTO audit_events (occurred_at, actor_id, actor_email, action, ip, payload)
SELECT TIMESTAMPTZ '2026-10-31 12:00+00' - make_interval(mins => i * 70), 1 + i % 2000, pg_temp.mail(1 + i % 2000), (ARRAY['user.updated', 'invoice.sent', 'session.started'])[1 + i % 3],
    pg_temp.address_v4(i, 'audit ip'), jsonb_build_object('request_id', pg_temp.hex(i, 'request', 16), 'before', jsonb_build_object('email', pg_temp.mail(1 + i % 2000)),
        'after', jsonb_build_object('phone', pg_temp.tel(1 + i % 2000)))
FROM generate_series(1, 4000) AS i;

REFRESH MATERIALIZED VIEW people_by_organization;
