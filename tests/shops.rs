//! Each shop's example production, refreshed by the rules that are shipped for it: nothing is found, and what the shop's
//! application counts on still holds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use stagemask::postgres::endpoint::Endpoint;
use support::TestDatabase;
use support::shops::{Shop, refresh_by};

/// Production, and staging after a refresh.
async fn refreshed(rules: &str, name: &str) -> (TestDatabase, Endpoint) {
    let shop = Shop::of(rules);
    let source = shop.production(name).await;
    let staging = format!("{name}_staging");
    let refresh = refresh_by(shop.rules(), &source, &staging);
    let outcome =
        refresh.run().await.unwrap_or_else(|error| panic!("{rules}: {error}\n{}", error.advice().unwrap_or_default()));
    assert!(outcome.proof.unwrap().passes());
    let staging = source.endpoint().with_database(&staging);
    (source, staging)
}

/// Fails for each statement that isn't true of staging.
async fn holds(staging: &Endpoint, statements: &[(&str, &str)]) {
    let session = staging.connect("stagemask test").await.unwrap();
    session.batch_execute("SET search_path = public, pg_catalog").await.unwrap();
    for (what, sql) in statements {
        let row = session
            .query_one(&format!("SELECT coalesce(({sql}), false)"), &[])
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(row.get::<_, bool>(0), "{what}");
    }
}

#[tokio::test]
async fn innovate_has_other_names_and_addresses_and_no_documents_tokens_or_secrets() {
    let (_, staging) = refreshed("innovate", "innovate").await;
    holds(
        &staging,
        &[
            ("everybody is there", "SELECT count(*) = 2000 FROM users"),
            ("e-mails are placeholders", "SELECT bool_and(email LIKE '%@example.com') FROM users"),
            ("an e-mail is one person's", "SELECT count(DISTINCT lower(email)) = 2000 FROM users"),
            ("tickets are still their requesters'", "SELECT count(*) = 500 FROM support_tickets t JOIN users u ON lower(u.email) = lower(t.requester::text)"),
            ("the audit trail names the same people", "SELECT count(*) = 4000 FROM audit_events a JOIN users u ON u.id = a.actor_id AND u.email = a.actor_email AND a.payload #>> '{before,email}' = u.email"),
            ("documents are placeholders that open", "SELECT bool_and(substr(content, 1, 5) = '%PDF-') AND count(DISTINCT content) = 1 FROM documents"),
            ("KYC states drive the application", "SELECT count(DISTINCT status) = 4 FROM kyc_cases"),
            ("no applicant is left", "SELECT bool_and(result #>> '{applicant,name}' IS DISTINCT FROM NULL) AND count(DISTINCT result #>> '{applicant,name}') = 1 FROM kyc_cases"),
            ("keys are dead", "SELECT bool_and(key LIKE '%masked%') FROM api_keys"),
            ("sessions end", "SELECT count(DISTINCT data) = 1 FROM sessions"),
            ("everybody signs in with the same password", "SELECT count(DISTINCT password_hash) = 1 FROM users"),
            ("invoices still add up", "SELECT bool_and(gross = net + tax) FROM invoices"),
            ("IBANs are valid", "SELECT bool_and((regexp_replace(substr(iban, 5) || '1314' || substr(iban, 3, 2), '[A-Z]', '', 'g'))::numeric % 97 = 1) FROM invoices WHERE iban ~ '^DE[0-9]{20}$'"),
            ("adults stay adults", "SELECT bool_and(date_of_birth <= current_date - interval '18 years') FROM users"),
            ("the view is filled from masked rows", "SELECT bool_and(emails LIKE '%@example.com%') FROM people_by_organization"),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_backend_of_video_window_knows_its_users_and_nobody_else_does() {
    let (_, staging) = refreshed("serverpod", "video_window").await;
    holds(
        &staging,
        &[
            ("sign-in and profile have one e-mail", "SELECT count(*) = 1125 FROM serverpod_email_auth a JOIN serverpod_user_info u ON u.id = a.\"userId\" AND u.email = a.email"),
            ("identifiers are unique", "SELECT count(DISTINCT \"userIdentifier\") = 1500 FROM serverpod_user_info"),
            ("scopes are kept, so that the administrator is one", "SELECT count(*) = 1 FROM serverpod_user_info WHERE \"scopeNames\"::jsonb ? 'serverpod.admin'"),
            ("settings are byte for byte", "SELECT \"logSettings\"::text = '{\"logLevel\": 1,  \"logAllSessions\": false}' FROM serverpod_runtime_settings"),
            ("logs say nothing", "SELECT count(DISTINCT message) = 1 FROM serverpod_log"),
            ("nobody is found on the map", "SELECT bool_and(location IS NULL OR location::text <> '') FROM device"),
            ("hardware addresses are nobody's", "SELECT bool_and(mac::text NOT LIKE '00:1b:63:%') FROM device"),
            ("households keep their members", "SELECT count(*) = 1500 FROM member m JOIN household h ON h.id = m.\"householdId\""),
            ("pictures are pictures without a place", "SELECT bool_and(position('Exif'::bytea IN \"byteData\") = 0) FROM serverpod_cloud_storage"),
        ],
    )
    .await;
}

#[tokio::test]
async fn strapi_of_clarivum_boots_and_lets_a_tester_sign_in() {
    let (_, staging) = refreshed("strapi", "clarivum").await;
    holds(
        &staging,
        &[
            ("passwords are bcrypt of the staging password", "SELECT count(DISTINCT password) = 1 AND bool_and(password ~ '^\\$2[aby]\\$[0-9]{2}\\$.{53}$') FROM (SELECT password FROM admin_users UNION ALL SELECT password FROM up_users) p"),
            ("administrators keep their roles", "SELECT count(*) = 25 FROM admin_users u JOIN admin_users_roles_lnk l ON l.user_id = u.id JOIN admin_roles r ON r.id = l.role_id AND r.code LIKE 'strapi-%'"),
            ("rights are as they were", "SELECT count(*) = 60 FROM admin_permissions WHERE properties -> 'locales' = '[\"en\", \"nb\"]'"),
            ("settings are JSON that Strapi reads", "SELECT bool_and(value::jsonb IS NOT NULL) FROM strapi_core_store_settings"),
            ("the schema of content types is untouched", "SELECT value::jsonb #>> '{api::article.article,attributes,body,type}' = 'richtext' FROM strapi_core_store_settings WHERE key = 'strapi_content_types_schema'"),
            ("providers' secrets are gone", "SELECT value::jsonb #>> '{google,secret}' LIKE '%masked%' AND value::jsonb #>> '{google,enabled}' = 'true' FROM strapi_core_store_settings WHERE key = 'plugin_users-permissions_grant'"),
            ("mail goes to nobody", "SELECT value::jsonb #>> '{reset_password,options,from,email}' LIKE '%@example.com' FROM strapi_core_store_settings WHERE key = 'plugin_users-permissions_email'"),
            ("tokens of production don't work", "SELECT bool_and(length(access_key) = 128) FROM strapi_api_tokens"),
            ("sessions follow one another still", "SELECT count(*) = 149 FROM strapi_sessions s JOIN strapi_sessions c ON c.session_id = s.child_id"),
            ("documents keep their ids", "SELECT count(*) = 1 FROM strapi_release_actions a JOIN articles d ON d.document_id = a.entry_document_id"),
            ("webhooks go nowhere", "SELECT bool_and(url NOT LIKE '%clarivum%' AND headers::text NOT LIKE '%Bearer%') FROM strapi_webhooks"),
            ("articles are published as they were", "SELECT count(*) = 300 FROM articles WHERE body LIKE '# Sleep%'"),
        ],
    )
    .await;
}
