//! Rules for the tables of common frameworks, built into the program.

/// A preset: its name, what it is for, and its rules.
#[derive(Debug, Clone, Copy)]
pub struct PresetFile {
    /// As it is named in rules.
    pub name: &'static str,
    /// Whose tables it is for.
    pub what: &'static str,
    /// The rules, as YAML.
    pub text: &'static str,
}

macro_rules! preset {
    ($name:literal, $what:literal) => {
        PresetFile {
            name: $name,
            what: $what,
            text: include_str!(concat!("../../masking-rules/presets/", $name, ".yaml")),
        }
    };
}

/// All presets.
pub const PRESETS: [PresetFile; 8] = [
    preset!("devise", "Devise (Ruby on Rails): users, with Active Storage, Action Text, PaperTrail and Doorkeeper."),
    preset!("django-auth", "Django: users, sessions and the admin's log, with allauth, DRF and other common apps."),
    preset!("keycloak", "Keycloak: users, credentials, sessions, events, clients and realms."),
    preset!("laravel", "Laravel: users, sessions, jobs, with Sanctum, Passport, Telescope and Cashier."),
    preset!("next-auth", "NextAuth.js and Auth.js: users, accounts, sessions."),
    preset!("serverpod", "Serverpod: its auth modules, sessions, logs and stored files."),
    preset!("strapi-v5", "Strapi 5: its own tables; content types have rules of their own."),
    preset!("supabase-auth", "Supabase: the schemas auth and storage, and what stands beside them."),
];

/// What the name of a preset begins with where a file could stand.
pub const PREFIX: &str = "preset:";

/// The preset of this name.
pub fn find(name: &str) -> Option<&'static PresetFile> {
    PRESETS.iter().find(|preset| preset.name == name)
}
