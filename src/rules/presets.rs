//! Rules for the tables of common frameworks, built into the program, and how to tell whether a database has these tables.

use std::collections::BTreeSet;

use crate::postgres::catalog::{Catalog, Kind, Table};

/// A preset: its name, what it is for, and its rules.
#[derive(Debug, Clone, Copy)]
pub struct PresetFile {
    /// As it is named in rules.
    pub name: &'static str,
    /// Whose tables it is for.
    pub what: &'static str,
    /// The rules, as YAML.
    pub text: &'static str,
    /// Any one of these shows that the framework's tables are there.
    signs: &'static [Sign],
}

/// Tables of one schema, all of which have to be there: of each its possible names, and columns that it has to have, each
/// by its possible names. A table that is named with its schema is looked for in that one alone.
type Sign = &'static [(&'static str, &'static str)];

macro_rules! preset {
    ($name:literal, $what:literal, $signs:expr) => {
        PresetFile {
            name: $name,
            what: $what,
            text: include_str!(concat!("../../masking-rules/presets/", $name, ".yaml")),
            signs: $signs,
        }
    };
}

const DEVISE: &[Sign] = &[
    // `auth.users` of Supabase has a password of the same name, but resets it by another token.
    &[("users|admins|admin_users|accounts|members|customers", "email encrypted_password reset_password_token")],
    &[
        ("users|admins|admin_users|accounts|members|customers", "email encrypted_password"),
        ("ar_internal_metadata", "key value"),
    ],
];

const DJANGO: &[Sign] = &[&[
    ("auth_permission", "codename content_type_id"),
    ("django_content_type", "app_label model"),
    ("django_migrations", "app name applied"),
]];

const KEYCLOAK: &[Sign] = &[&[
    ("user_entity", "email_constraint realm_id username"),
    ("credential", "user_id type"),
    ("realm", "id name ssl_required"),
]];

const LARAVEL: &[Sign] = &[
    &[("migrations", "migration batch"), ("users", "email password remember_token")],
    &[("migrations", "migration batch"), ("password_reset_tokens|password_resets", "email token")],
    &[("migrations", "migration batch"), ("personal_access_tokens", "tokenable_type token abilities")],
];

const NEXT_AUTH: &[Sign] = &[
    &[
        ("User|user|users", "email"),
        ("Account|account|accounts", "provider providerAccountId|provider_account_id access_token userId|user_id"),
    ],
    // Better Auth
    &[
        ("User|user|users", "email emailVerified|email_verified"),
        ("Account|account|accounts", "providerId|provider_id accountId|account_id userId|user_id"),
    ],
];

const SERVERPOD: &[Sign] = &[
    &[("serverpod_runtime_settings", "logSettings")],
    &[("serverpod_session_log", "serverId endpoint")],
    &[("serverpod_migrations", "module version")],
];

const STRAPI: &[Sign] =
    &[&[("strapi_core_store_settings", "key value environment tag"), ("admin_users", "document_id email")]];

const SUPABASE: &[Sign] =
    &[&[("auth.users", "instance_id encrypted_password raw_user_meta_data"), ("auth.identities", "identity_data")]];

/// All presets.
pub const PRESETS: [PresetFile; 8] = [
    preset!(
        "devise",
        "Devise (Ruby on Rails): users, with Active Storage, Action Text, PaperTrail and Doorkeeper.",
        DEVISE
    ),
    preset!(
        "django-auth",
        "Django: users, sessions and the admin's log, with allauth, DRF and other common apps.",
        DJANGO
    ),
    preset!("keycloak", "Keycloak: users, credentials, sessions, events, clients and realms.", KEYCLOAK),
    preset!("laravel", "Laravel: users, sessions, jobs, with Sanctum, Passport, Telescope and Cashier.", LARAVEL),
    preset!("next-auth", "NextAuth.js, Auth.js and Better Auth: users, accounts, sessions.", NEXT_AUTH),
    preset!("serverpod", "Serverpod: its auth modules, sessions, logs and stored files.", SERVERPOD),
    preset!("strapi-v5", "Strapi 5: its own tables; content types have rules of their own.", STRAPI),
    preset!("supabase-auth", "Supabase: the schemas auth and storage, and what stands beside them.", SUPABASE),
];

/// What the name of a preset begins with where a file could stand.
pub const PREFIX: &str = "preset:";

/// The preset of this name.
pub fn find(name: &str) -> Option<&'static PresetFile> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl PresetFile {
    /// The tables by which the framework is recognised in a database, as rules name them; `None` if it isn't there.
    pub fn applies(&self, catalog: &Catalog) -> Option<Vec<String>> {
        let tables = || catalog.tables.iter().filter(|table| table.kind != Kind::MaterializedView);
        let schemas: BTreeSet<&str> = tables().map(|table| table.root.schema.as_str()).collect();
        let found = |schema: &str, (names, columns): &(&str, &str)| {
            let is_it = |table: &&Table| {
                table.root.schema == schema
                    && names.split('|').any(|name| is_called(table, name))
                    && has(table, columns)
            };
            tables().find(is_it).map(|table| table.root.to_string())
        };
        let all = |schema: &str, sign: &Sign| sign.iter().map(|one| found(schema, one)).collect::<Option<Vec<_>>>();
        schemas.iter().find_map(|schema| self.signs.iter().find_map(|sign| all(schema, sign)))
    }
}

fn is_called(table: &Table, name: &str) -> bool {
    match name.split_once('.') {
        Some((schema, name)) => table.root.schema == schema && table.root.table == name,
        None => table.root.table == name,
    }
}

fn has(table: &Table, columns: &str) -> bool {
    let is_there = |name: &str| table.columns.iter().any(|column| column.name == name);
    columns.split(' ').all(|names| names.split('|').any(is_there))
}
