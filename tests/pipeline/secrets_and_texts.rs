//! The transforms of networks, secrets, documents and text on a real table: PostgreSQL takes what they make, constraints
//! hold, and verification finds nothing in it.

use stagemask::rules::load;

use super::support;
use super::support::drop::refresh_of;

/// 300 people; every second hardware address differs from the one before in the bit alone that says who gave it out, so that
/// their fakes meet at first.
const SOURCE: &str = r#"
CREATE TABLE devices (
    id int PRIMARY KEY, first_name text NOT NULL, session text UNIQUE, payment_key text UNIQUE, otp_secret text UNIQUE, private_key text,
    visitor varchar(26) UNIQUE, last_ip inet, network cidr, mac macaddr UNIQUE, mac8 macaddr8, mac_text text UNIQUE, agent text,
    cookies text, photo bytea, scan bytea, bio text, card text, reference text, greeting text, initial varchar(1),
    CHECK (length(otp_secret) = 32), CHECK (card ~ '^\*{4}( \*{4}){2} [0-9]{4}$' OR card ~ '^[0-9 ]+$'));
INSERT INTO devices
SELECT i, (ARRAY['Kari', 'Ola', 'Ingrid'])[i % 3 + 1],
    'eyJhbGciOiJIUzI1NiJ9.' || translate(rtrim(replace(encode(convert_to(
        '{"sub":"' || i || '","email":"kari.lie' || i || '@fjordpost.no","exp":1760000000}', 'UTF8'), 'base64'), E'\n', ''), '='), '+/', '-_')
        || '.c2lnbmF0dXJl' || i,
    'sk_' || 'live_' || md5(i::text), repeat('JBSWY3DP', 3) || translate(lpad(i::text, 8, '0'), '0189', 'AHIJ'),
    '-----BEGIN ' || 'PRIVATE KEY-----' || E'\n' || repeat('MIIEvQIBADANBgkq', 4) || E'\n' || lpad(i::text, 24, 'A') || E'\n-----END ' || 'PRIVATE KEY-----' || E'\n',
    'visitor-' || i, ('84.208.' || i % 7 || '.' || i % 250)::inet, ('84.208.' || i % 200 || '.0/24')::cidr,
    ((ARRAY['08', '0a'])[i % 2 + 1] || ':00:2b:01:' || lpad(to_hex(i / 2 / 256), 2, '0') || ':' || lpad(to_hex(i / 2 % 256), 2, '0'))::macaddr,
    ('08:00:2b:ff:fe:01:' || lpad(to_hex(i / 256), 2, '0') || ':' || lpad(to_hex(i % 256), 2, '0'))::macaddr8,
    '0800.2b02.' || lpad(to_hex(i), 4, '0'),
    'Mozilla/5.0 (Linux; Android 14; SM-S91' || i || ') AppleWebKit/537.36 Chrome/121.0.6167.' || i || ' Mobile Safari/537.36',
    'sid=' || md5('s' || i) || 'Zz; lang=nb', decode(
        'ffd8ffe10012' || '45786966000047505320353920' || '4e4e4e' || 'ffdb0004aabb' || 'ffda000400001234' || 'ffd9', 'hex'),
    convert_to('GIF89a face of ' || i, 'UTF8'),
    'Jeg heter Kari og bor i Storgata ' || i || '. Ring meg!', '4539 5787 6362 ' || lpad(i::text, 4, '0'),
    (ARRAY['INV', 'CRN'])[i % 2 + 1] || '-' || 100000 + i, 'Hei!', 'K'
FROM generate_series(1, 300) i;
"#;

const RULES: &str = r#"
version: 1
locale: nb_NO
tables:
  devices:
    columns:
      first_name: first_name
      session: jwt
      payment_key: api_key
      otp_secret: totp_seed
      private_key: pem
      visitor: { hash: { algorithm: hmac_sha256, encoding: base32, length: 26 } }
      last_ip: { ip: { keep_prefix: 24 } }
      network: { ip: { keep_prefix: 24 } }
      mac: mac
      mac8: mac
      mac_text: mac
      agent: user_agent
      cookies: cookie
      photo: strip_exif
      scan: redact
      bio: lorem
      card: partial
      reference: { regex_replace: { pattern: '^(INV|CRN)-\d+$', replacement: "$1-0000" } }
      greeting: { template: { template: "Hei {{ row.first_name }} ({{ shape.bio.words }})" } }
      initial: { truncate: { length: 1, of: first_name } }
"#;

#[tokio::test]
async fn secrets_addresses_documents_and_texts_are_masked_on_a_real_table() {
    let source = support::database("secrets_source").await;
    source.execute(SOURCE).await;
    let staging = support::database("secrets_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "secrets_staging");
    let parsed = load::parse("secrets.yaml", RULES.as_bytes());
    refresh.refresh.rules = parsed.map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh.run().await.unwrap();

    for (what, condition) in [
        ("tokens", "session LIKE 'ey%.ey%.masked%' AND payment_key LIKE 'sk\\_live\\_masked%'"),
        ("seeds", "otp_secret ~ '^MASKED[A-Z2-7]{26}$'"),
        ("blocks", "private_key LIKE '-----BEGIN ' || 'PRIVATE KEY-----' || E'\\nmasked%'"),
        ("hashes", "visitor ~ '^MASKED[A-Z2-7]{20}$'"),
        ("addresses", "last_ip << '198.18.0.0/15' AND masklen(network) = 24 AND network << '198.18.0.0/15'"),
        (
            "hardware",
            "trunc(mac)::text ~ '^.[26ae]:' AND mac8::text ~ '^.[26ae]:' AND mac_text ~ '^.[26ae]..\\..{4}\\..{4}$'",
        ),
        ("programs", "agent LIKE '%Android 10; K%Chrome/120.0.0.0 Mobile%'"),
        ("cookies", "cookies ~ '^sid=masked[0-9A-Za-z]{28}; lang=[a-z]{2}$'"),
        (
            "pictures",
            "photo = '\\xffd8ffdb0004aabbffda000400001234ffd9' AND substr(scan, 1, 6) = 'GIF89a' AND length(scan) = 35",
        ),
        ("texts", "bio !~ 'Kari|Storgata' AND bio LIKE '%. %!' AND reference ~ '^(INV|CRN)-0000$'"),
        ("covered", "card ~ '^\\*{4} \\*{4} \\*{4} [0-9]{4}$'"),
        ("rendered", "greeting = 'Hei ' || first_name || ' (10)' AND length(initial) = 1"),
    ] {
        let sql = format!("SELECT count(*) FROM public.devices WHERE {condition}");
        assert_eq!(staging.query(&sql).await, [Some("300".to_owned())], "{what}: {condition}");
    }
    let networks = |database| async move {
        let database: &support::TestDatabase = database;
        database.query("SELECT count(DISTINCT set_masklen(last_ip, 24)::cidr) || ' ' || count(DISTINCT last_ip) FROM public.devices").await
    };
    assert_eq!(networks(&source).await, networks(&staging).await);
}
