//! The whole story on a throw-away server: `stagemask demo`.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Context, Result};
use crate::pipeline::{self, Objectives, Refresh, Settings, Source};
use crate::postgres::client_tools::{ClientTools, Tool};
use crate::postgres::connect::Session;
use crate::postgres::endpoint::Endpoint;
use crate::postgres::error::ServerContext;
use crate::progress::{Event, Progress};
use crate::report::figures;
use crate::rules::load;
use crate::sandbox::{Options, Server};

/// What the demonstration is asked for.
#[derive(Debug, Clone)]
pub struct Demo {
    /// How large the made-up production is; 1 is about 200,000 rows.
    pub scale: f64,
    /// The seed of the generator: the same seed makes the same production.
    pub seed: u64,
    /// Whether the server stays when the demonstration is over.
    pub keep: bool,
    /// Jobs, state directory, key, client tools, interrupt.
    pub settings: Settings,
}

const SCHEMA: &str = include_str!("../examples/drop/schema.sql");
const DATA: &str = include_str!("../examples/drop/data.sql");
const RULES: &str = include_str!("../masking-rules/drop.yaml");
const PRODUCTION: &str = "drop_production";
const STAGING: &str = "drop_staging";

/// Generates a production, refreshes a staging from it, and shows what became of it, by `Event::Fact` and the stages.
///
/// # Errors
/// When PostgreSQL can neither be found nor installed, or a stage fails.
pub async fn run(demo: &Demo, progress: &Arc<dyn Progress>) -> Result<()> {
    let interrupt = demo.settings.interrupt.clone();
    let fact = |label: &str, text: &str| progress.event(Event::Fact { label, text });
    let options = Options { bin: demo.settings.pg_bin.clone(), ..Options::default() };
    let server = interrupt.or_interrupted(Server::start_with(&options, progress.as_ref())).await?;
    fact("server", &format!("PostgreSQL {}, private socket", server.version()));

    let production = interrupt.or_interrupted(make_production(&server, demo)).await?;
    fact("production", &describe(&production).await?);
    let before = sample(&production, None).await?;
    let snapshot = interrupt.or_interrupted(dump(&server, &production)).await?;
    let staging = server.create_database(STAGING).await?;

    let refresh = Refresh {
        source: Source::Archive(snapshot),
        target: staging.clone().into(),
        rules: load::parse("masking-rules/drop.yaml", RULES.as_bytes())?,
        assertions: assertions(),
        objectives: Objectives::default(),
        settings: Settings { pg_bin: Some(server.bin_dir().to_owned()), ..demo.settings.clone() },
    };
    let outcome = pipeline::refresh(&refresh, progress).await?;
    fs::remove_dir_all(snapshot_folder(&server)).context("removing the snapshot failed")?;
    show_sample(&before, &sample(&staging, Some(&before)).await?, progress);
    fact("report", &outcome.folder.join("report.md").display().to_string());
    if demo.keep { keep(server, progress) } else { Ok(()) }
}

/// What the shop checks on staging before testers get it.
fn assertions() -> BTreeMap<String, String> {
    let checks = [
        ("adults_only", "SELECT count(*) = 0 FROM users WHERE date_of_birth > now() - interval '18 years'"),
        ("amounts_in_range", "SELECT bool_and(amount BETWEEN 100 AND 50000) FROM transactions"),
        ("ibans_valid", "SELECT bool_and(iban_is_valid(iban)) FROM bank_accounts"),
        ("addresses_reserved", "SELECT bool_and(email::text LIKE '%@example.com') FROM users"),
    ];
    checks.into_iter().map(|(name, sql)| (name.to_owned(), sql.to_owned())).collect()
}

async fn make_production(server: &Server, demo: &Demo) -> Result<Endpoint> {
    let production = server.create_database(PRODUCTION).await?;
    let session = production.connect("stagemask demo").await?;
    let sql = format!("SET drop.scale = '{}'; SET drop.seed = '{}'; {SCHEMA}; {DATA}", demo.scale, demo.seed);
    session.batch_execute(&sql).await.server_context(|| "generating the production database")?;
    Ok(production)
}

async fn describe(production: &Endpoint) -> Result<String> {
    let session = production.connect("stagemask demo").await?;
    let sql = "SELECT count(*) FILTER (WHERE NOT c.relispartition), \
            coalesce(sum(greatest(c.reltuples, 0)) FILTER (WHERE c.relkind = 'r'), 0)::int8, pg_database_size(current_database()) \
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'support')";
    let row = session.query_one(sql, &[]).await.server_context(|| "describing the production database")?;
    let number = |position: usize| u64::try_from(row.get::<_, i64>(position)).unwrap_or(0);
    Ok(format!("Drop: {} tables, {} rows, {}", number(0), figures::count(number(1)), figures::bytes(number(2))))
}

/// The snapshot: a custom archive in the server's private directory, gone with the server.
async fn dump(server: &Server, production: &Endpoint) -> Result<PathBuf> {
    let folder = snapshot_folder(server);
    let making = || "making a directory for the snapshot failed";
    fs::create_dir(&folder).context(making())?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).context(making())?;
    // Whoever removes the server's directory has to be able to remove what is in this one, and that may not be us.
    let owner = server.directory().metadata().context(making())?;
    chown(&folder, Some(owner.uid()), Some(owner.gid())).context(making())?;
    let file = folder.join("drop.dump");
    let tools = ClientTools::find(Some(server.bin_dir()), server.version_num())?;
    let command = tools.command(Tool::PgDump, Some(production)).args(["--format=custom", "--compress=0", "--file"]);
    command.arg(file.as_os_str()).run().await?.require("dumping the production database")?;
    Ok(file)
}

fn snapshot_folder(server: &Server) -> PathBuf {
    server.directory().join("snapshot")
}

/// A customer: name, address and number.
type Sample = (String, [String; 3]);

/// The first customer, or the one that was shown before.
async fn sample(database: &Endpoint, before: Option<&Sample>) -> Result<Sample> {
    let session: Session = database.connect("stagemask demo").await?;
    let text = "SELECT id, first_name || ' ' || last_name, email::text, coalesce(phone, '') FROM public.users";
    let row = match before {
        Some((id, _)) => session.query_one(&format!("{text} WHERE id = $1"), &[id]).await,
        None => {
            let plain = "WHERE phone IS NOT NULL AND first_name !~ '[ -]' AND last_name ~ '^[A-ZÆØÅ][a-zæøå]+$'";
            session.query_one(&format!("{text} {plain} ORDER BY id LIMIT 1"), &[]).await
        }
    };
    let row = row.server_context(|| "looking at one customer")?;
    Ok((row.get(0), [row.get(1), row.get(2), row.get(3)]))
}

fn show_sample(before: &Sample, after: &Sample, progress: &Arc<dyn Progress>) {
    let text = format!("{}  →  {}", before.1.join("  "), after.1.join("  "));
    progress.event(Event::Fact { label: "", text: &text });
}

/// Leaves the server running and says how to use and how to stop it.
fn keep(server: Server, progress: &Arc<dyn Progress>) -> Result<()> {
    let kept = server.keep()?;
    let fact = |label: &str, text: &str| progress.event(Event::Fact { label, text });
    let socket = kept.directory.display();
    fact("connect", &format!("psql 'host={socket} port={} user={} dbname={STAGING}'", kept.port, kept.user));
    fact("stop", &format!("stagemask demo --stop {socket}"));
    Ok(())
}
