//! The presets: each decides every column of its framework's tables, as a real server has them, and keeps no secret.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here is a failing test")]

mod support;

use stagemask::error::{ErrorKind, Result};
use stagemask::mask::plan::{ColumnDecision, Plan};
use stagemask::postgres::catalog::Catalog;
use stagemask::rules::load;
use stagemask::rules::presets::PRESETS;
use stagemask::rules::rule::Rules;
use stagemask::rules::transform::Decision;
use stagemask::secret::MaskingKey;
use support::TestDatabase;

fn rules(text: &str) -> Rules {
    load::parse("rules.yaml", text.as_bytes()).unwrap_or_else(|invalid| panic!("{invalid:?}"))
}

fn preset(name: &str) -> Rules {
    rules(&format!("version: 1\npresets: [{name}]\n"))
}

async fn framework(name: &str, database: &str) -> TestDatabase {
    let schema = std::fs::read_to_string(format!("{}/tests/presets/{name}.sql", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let database = support::database(database).await;
    database.execute(&schema).await;
    database
}

async fn plan(database: &TestDatabase, rules: &Rules) -> Result<Plan> {
    let session = database.session().await;
    let catalog = Catalog::load(&session).await?;
    session.close().await;
    Plan::make(rules, &catalog, &MaskingKey::parse(&"5eed".repeat(16)).unwrap())
}

/// Everything about one preset: nothing is undecided, something is masked, and a column that the framework doesn't have
/// is still refused.
async fn covers(name: &str, (table, least_masked): (&str, usize)) {
    let database = framework(name, &format!("preset_{}", name.replace('-', "_"))).await;
    let rules = preset(name);
    let plan_of_it = plan(&database, &rules).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    let (masked, _) = plan_of_it.counts();
    assert!(masked >= least_masked, "{name} masks only {masked} columns");
    let of_type = plan_of_it.tables.iter().flat_map(|table| {
        let columns = table.columns.iter().zip(&table.decisions);
        columns.filter(|(_, decision)| **decision == ColumnDecision::KeptByType).map(|(column, _)| &column.class)
    });
    assert!(of_type.into_iter().all(|class| !class.can_carry_personal_data()));

    database.execute(&format!("ALTER TABLE {table} ADD COLUMN favourite_colour text")).await;
    let Err(error) = plan(&database, &rules).await else { panic!("{name} lets a new column pass") };
    assert_eq!(error.kind(), ErrorKind::Coverage);
    assert!(error.to_string().contains("favourite_colour"), "{error}");
}

#[tokio::test]
async fn devise_is_covered() {
    covers("devise", ("users", 50)).await;
}

#[tokio::test]
async fn django_is_covered() {
    covers("django-auth", ("auth_user", 50)).await;
}

#[tokio::test]
async fn keycloak_is_covered() {
    covers("keycloak", ("user_entity", 45)).await;
}

#[tokio::test]
async fn laravel_is_covered() {
    covers("laravel", ("users", 45)).await;
}

#[tokio::test]
async fn auth_js_is_covered_as_each_adapter_makes_it() {
    covers("next-auth", ("prisma.\"User\"", 35)).await;
}

#[tokio::test]
async fn serverpod_is_covered() {
    covers("serverpod", ("serverpod_user_info", 60)).await;
}

#[tokio::test]
async fn strapi_is_covered() {
    covers("strapi-v5", ("up_users", 30)).await;
}

#[tokio::test]
async fn supabase_is_covered() {
    covers("supabase-auth", ("auth.users", 60)).await;
}

/// Parts of names that say that a column holds a secret or leads to a person.
const TELLTALES: &[&str] = &[
    "password",
    "secret",
    "token",
    "email",
    "phone",
    "hash",
    "salt",
    "private_key",
    "ip_address",
    "ipaddress",
    "user_agent",
    "useragent",
    "first_name",
    "firstname",
    "last_name",
    "lastname",
    "full_name",
    "fullname",
    "username",
    "session_id",
    "challenge",
    "nonce",
    "otp",
    "payload",
    "credential",
    "certificate",
];

/// Columns that are kept although their names sound like it, and why.
const INNOCENT: &[(&str, &str)] = &[
    ("email_theme", "the name of a theme"),
    ("token_type", "`bearer`"),
    ("token_endpoint_auth_method", "a word of OAuth"),
    ("code_challenge_method", "a word of OAuth"),
    ("challenge_type", "a word of WebAuthn"),
    ("credentialDeviceType", "a word of WebAuthn"),
    ("tokenable_type", "the name of a class"),
    ("credential_scope_name", "the name of a kind of credential"),
    ("credential_type", "the same"),
    ("tokenable_id", "an id"),
    ("password_policy", "how long a password has to be"),
    ("password_archivable_type", "the name of a class"),
    ("otp_policy_alg", "the name of an algorithm"),
    ("otp_policy_type", "`totp` or `hotp`"),
    ("reset_credentials_flow", "an id"),
    ("user_session_id", "an id, and what joins sessions; a cookie takes a signature too"),
    ("client_session_id", "the same, before 26"),
    ("session_id", "the same, in Keycloak's events"),
    ("token_url", "where a provider gives out tokens"),
    ("hash", "of migrations and schemas"),
];

#[test]
fn no_preset_keeps_what_sounds_like_a_secret_or_a_person() {
    let mut kept = Vec::new();
    for file in PRESETS {
        let rules = preset(file.name);
        for table in &rules.presets[0].tables {
            for column in table.columns.iter().filter(|column| column.decision == Decision::Keep) {
                let name = column.name.to_lowercase();
                let tells = TELLTALES.iter().any(|part| name.contains(part));
                if tells && !INNOCENT.iter().any(|(innocent, _)| *innocent == column.name) {
                    kept.push(format!("{}: {}.{}", file.name, table.written, column.name));
                }
            }
        }
    }
    assert!(kept.is_empty(), "{}", kept.join("\n"));
}

#[test]
fn every_preset_has_a_file_and_every_file_a_preset() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/masking-rules/presets");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    assert_eq!(files, PRESETS.map(|preset| preset.name.to_owned()));
    for file in PRESETS {
        // Beside other files, so that its mistakes would be shown as such.
        let rules = preset(file.name);
        assert!(rules.presets[0].tables.len() > 15, "{}", file.name);
        assert_eq!(rules.files[1].name, format!("preset:{}", file.name));
    }
}

#[tokio::test]
async fn what_a_preset_masks_is_found_clean_and_can_be_signed_into() {
    use support::drop::refresh_of;
    let source = framework("django-auth", "preset_django_source").await;
    let hash = "pbkdf2_sha256$1000000$Zm9vYmFyYmF6cXV4$kJ7Qp1i0u2m1Y8y2o0d9b6V4x3z5w7t9r1q3s5u7w9A=";
    source
        .execute(&format!(
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
             SELECT '{hash}', false, 'kari.' || i || '@fjordpost.no', 'Kari', 'Nordmann', 'kari.' || i || '@fjordpost.no', false, true, now()
             FROM generate_series(1, 50) i;
             INSERT INTO django_session SELECT md5('a' || i) , 'eyJfYXV0aF91c2VyX2lkIjoi' || md5('b' || i), now()
             FROM generate_series(1, 50) i;
             INSERT INTO authtoken_token SELECT md5('c' || i) || '12345678', now(), i FROM generate_series(1, 50) i;
             INSERT INTO django_admin_log (action_time, object_id, object_repr, action_flag, change_message, user_id)
             SELECT now(), i::text, 'kari.' || i || '@fjordpost.no', 1, '[]', i FROM generate_series(1, 50) i"
        ))
        .await;
    let mut refresh = refresh_of(source.endpoint(), "preset_django_staging");
    refresh.refresh.rules = preset("django-auth");
    refresh.run().await.unwrap();
    let staging = stagemask_staging(source.endpoint()).await;
    let sql = "SELECT count(DISTINCT username) || ' ' || count(*) FILTER (WHERE username = email) || ' ' || count(*) FILTER \
        (WHERE email LIKE '%fjordpost%') FROM public.auth_user";
    assert_eq!(staging.query_one(sql, &[]).await.unwrap().get::<_, String>(0), "50 50 0");
    staging.close().await;
}

async fn stagemask_staging(source: &stagemask::postgres::endpoint::Endpoint) -> stagemask::postgres::connect::Session {
    source.with_database("preset_django_staging").connect("stagemask test").await.unwrap()
}
