//! A shop whose production and staging are on RDS.

use std::fs::{Permissions, metadata, set_permissions, write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::aws::{Aws, Fault, Lie};
use crate::rds_like::{MASTER, RdsLike};

const SCHEMA: &str = include_str!("../../examples/drop/schema.sql");
const DATA: &str = include_str!("../../examples/drop/data.sql");
const RULES: &str = include_str!("../../masking-rules/drop.yaml");

/// What staging is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Staging {
    /// An instance that stays.
    Standing,
    /// The restored instance.
    Restored,
    /// A new, empty instance.
    New,
}

pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) text: String,
}

pub(crate) struct Shop {
    aws: Aws,
    quarantine: RdsLike,
    standing: RdsLike,
    staging: Staging,
    folder: tempfile::TempDir,
    from: Mutex<String>,
    told: Mutex<String>,
}

impl Shop {
    /// With a region of its own. `None` where the server's build has no TLS, without which nobody connects to RDS.
    pub(crate) async fn open(region: &'static str, staging: Staging) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (quarantine, standing) = (RdsLike::start().await, RdsLike::start().await);
        let authority = authority();
        write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        for like in [&quarantine, &standing] {
            if !secure(like, region, &authority).await {
                return None;
            }
        }
        fill(&quarantine).await;
        quarantine
            .as_rdsadmin(
                "postgres",
                "CREATE ROLE app_user LOGIN PASSWORD 'password-of-production'; \
                 CREATE ROLE drop_admin_2 LOGIN PASSWORD 'password-of-production'",
            )
            .await;
        let aws = Aws::in_region(region).await;
        set_up(&aws).await;
        write(folder.path().join("drop.yaml"), RULES).unwrap();
        write(folder.path().join("password"), "master\n").unwrap();
        let (from, told) = (Mutex::new("snapshot: drop-backup".to_owned()), Mutex::new(String::new()));
        Some(Self { aws, quarantine, standing, staging, folder, from, told })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn quarantine(&self) -> &RdsLike {
        &self.quarantine
    }

    pub(crate) fn standing(&self) -> &RdsLike {
        &self.standing
    }

    /// What is restored from now on.
    pub(crate) fn from(&self, from: &str) {
        *self.from.lock().unwrap() = from.to_owned();
    }

    pub(crate) fn rules(&self, change: impl FnOnce(&str) -> String) {
        write(self.folder().join("drop.yaml"), change(RULES)).unwrap();
    }

    fn config(&self) -> String {
        let connect = |like: &RdsLike| {
            let port = like.server.port();
            format!(
                "connect: {{ address: \"127.0.0.1:{port}\", via: ssh, ca_file: ca.pem, user: {MASTER}, sign_in: {{ file: password }} }}"
            )
        };
        let (source, target) = match self.staging {
            Staging::Standing | Staging::New => (connect(&self.quarantine), connect(&self.standing)),
            Staging::Restored => (connect(&self.quarantine), connect(&self.quarantine)),
        };
        let strategy = match self.staging {
            Staging::Standing => "staging_instance",
            Staging::Restored => "restored_instance",
            Staging::New => "new_instance",
        };
        let from = self.from.lock().unwrap();
        format!(
            "source:
  rds:
    instance: drop-prod
    {from}
    database: drop
    quarantine: {{ security_groups: [sg-quarantine], subnet_group: private, parameter_group: quarantine }}
    {source}
target:
  database: drop
  server:
    rds:
      instance: drop-staging
      strategy: {strategy}
      security_groups: [sg-staging]
      parameter_group: staging
      subnet_group: private
      instance_class: db.t3.medium
      storage_gib: 50
      roles: {{ app_user: {{ secret: staging/app }} }}
      {target}
rules: drop.yaml
"
        )
    }

    /// Runs the command with the shop's refresh file.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_without(arguments, &[]).await
    }

    /// As `run`, without these variables.
    pub(crate) async fn run_without(&self, arguments: &[&str], variables: &[&str]) -> Ended {
        write(self.folder().join("refresh.yaml"), self.config()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagemask"));
        command.args(arguments).args(["--config", "refresh.yaml"]).current_dir(self.folder());
        command.env_clear().env("HOME", self.folder()).env("PATH", "/usr/bin:/bin");
        command.env("STAGEMASK_PG_BIN", self.standing.server.bin_dir()).env("STAGEMASK_KEY", "5eed".repeat(16));
        command.env("AWS_ENDPOINT_URL", &self.aws.url).env("AWS_REGION", self.aws.account.region());
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test-secret-key");
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        for variable in variables {
            command.env_remove(variable);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        self.aws.victim(child.id());
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        self.told.lock().unwrap().push_str(&text);
        Ended { code: output.status.code().unwrap_or(-1), text }
    }

    /// The calls since the last time that this was asked, without what differs from run to run.
    pub(crate) fn calls(&self) -> Vec<String> {
        let run = regex::Regex::new("(?i)[0-9]{8}T[0-9]{6}-[a-z0-9]{6}").unwrap();
        let time = regex::Regex::new("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z").unwrap();
        let plain = |call: &String| time.replace_all(&run.replace_all(call, "RUN"), "TIME").into_owned();
        self.aws.calls().iter().map(plain).collect()
    }

    /// moto takes what is restored to a point in time for a replica of its source; AWS doesn't.
    pub(crate) fn without_motos_replica(&self) {
        let source = "<ReadReplicaSourceDBInstanceIdentifier>drop-prod</ReadReplicaSourceDBInstanceIdentifier>";
        self.aws.lie(Lie::about("", source, ""));
    }

    /// From now on, this goes wrong.
    pub(crate) fn fault(&self, fault: Fault) {
        self.aws.fault(fault);
    }

    pub(crate) fn last_run(&self) -> String {
        let runs = std::fs::read_dir(self.folder().join(".stagemask/runs")).unwrap();
        let mut names: Vec<_> = runs.map(|run| run.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.pop().unwrap()
    }

    /// The instances in the shop's region, by name.
    pub(crate) async fn instances(&self) -> Vec<String> {
        let found = self.aws.account.rds().describe_db_instances().send().await.unwrap();
        let mut names: Vec<_> =
            found.db_instances().iter().map(|found| found.db_instance_identifier().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    pub(crate) async fn tag(&self, instance: &str, key: &str) -> Option<String> {
        let asked = self.aws.account.rds().describe_db_instances().db_instance_identifier(instance).send().await;
        let found = asked.unwrap();
        let tags = found.db_instances()[0].tag_list();
        tags.iter().find(|tag| tag.key() == Some(key))?.value().map(str::to_owned)
    }

    pub(crate) async fn staging(&self, database: &str, sql: &str) -> String {
        ask(&self.standing, database, sql).await
    }

    pub(crate) async fn restored(&self, database: &str, sql: &str) -> String {
        ask(&self.quarantine, database, sql).await
    }

    /// The restored server as RDS would make it anew: with production's database, and nothing of an earlier run.
    pub(crate) async fn fresh_production(&self) {
        let left =
            "SELECT coalesce(string_agg(quote_ident(datname), ','), '') FROM pg_database WHERE datname LIKE 'drop%'";
        for name in self.restored("postgres", left).await.split(',').filter(|name| !name.is_empty()) {
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            self.quarantine.as_rdsadmin("postgres", &drop).await;
        }
        self.quarantine.as_rdsadmin("postgres", "ALTER ROLE loader SUPERUSER LOGIN PASSWORD 'loader'").await;
        load(&self.quarantine).await;
    }

    /// What production's data say: the stand-in of the restored instance is there for good.
    pub(crate) async fn production(&self, sql: &str) -> String {
        ask(&self.quarantine, "drop", sql).await
    }

    /// No password or key stands in what was printed or written.
    pub(crate) fn nothing_secret_was_told(&self) {
        let mut told = self.told.lock().unwrap().clone();
        for run in std::fs::read_dir(self.folder().join(".stagemask/runs")).unwrap() {
            for file in std::fs::read_dir(run.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_some_and(|kind| ["json", "jsonl", "md"].iter().any(|known| kind == *known)) {
                    told.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        for secret in ["staging-password-of-app", "password-of-production", "test-secret-key", &"5eed".repeat(16)] {
            assert!(!told.contains(secret), "{secret}");
        }
    }
}

async fn ask(like: &RdsLike, database: &str, sql: &str) -> String {
    let session = like.endpoint("rdsadmin", "rdsadmin", database).connect("stagemask test").await.unwrap();
    session.batch_execute("SET search_path = public, pg_catalog").await.unwrap();
    let row = session.query_one(sql, &[]).await.unwrap();
    row.get(0)
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Gives the server a certificate for every instance of the region. `false` if its build has no TLS.
async fn secure(like: &RdsLike, region: &str, authority: &CertifiedIssuer<'static, KeyPair>) -> bool {
    let key = KeyPair::generate().unwrap();
    let name = format!("*.aaaaaaaaaa.{region}.rds.amazonaws.com");
    let mut params = CertificateParams::new(vec![name]).unwrap();
    // With the name of its authority, OpenSSL would take it for one that signed itself.
    params.distinguished_name.push(DnType::CommonName, "an instance");
    let certificate = params.signed_by(&key, authority).unwrap();
    let directory = like.server.directory();
    let owner = metadata(directory).unwrap();
    for (name, text) in [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())] {
        let path = directory.join("data").join(name);
        write(&path, text).unwrap();
        set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let session = like.endpoint("rdsadmin", "rdsadmin", "postgres").connect("stagemask test").await.unwrap();
    let on = session.batch_execute("ALTER SYSTEM SET ssl = on").await.is_ok();
    session.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    session.close().await;
    on
}

/// Production's data, as the master user of RDS would have made them.
async fn fill(like: &RdsLike) {
    like.as_rdsadmin("postgres", "CREATE ROLE loader SUPERUSER LOGIN PASSWORD 'loader'").await;
    load(like).await;
}

async fn load(like: &RdsLike) {
    like.as_master("postgres", "CREATE DATABASE drop").await;
    let loader = like.endpoint("loader", "loader", "drop");
    let session = loader.connect("stagemask test").await.unwrap();
    session.batch_execute(&format!("SET drop.scale = '0.01'; {SCHEMA}; {DATA}")).await.unwrap();
    session.batch_execute("REASSIGN OWNED BY loader TO drop_admin").await.unwrap();
    session.close().await;
    like.as_rdsadmin("postgres", "ALTER ROLE loader NOSUPERUSER NOLOGIN PASSWORD NULL").await;
}

/// Production, a snapshot of it, staging, and what the quarantine needs.
async fn set_up(aws: &Aws) {
    let rds = aws.account.rds();
    for name in ["staging", "quarantine"] {
        let call = rds.create_db_parameter_group().db_parameter_group_name(name);
        call.db_parameter_group_family("postgres15").description(name).send().await.unwrap();
    }
    let parameter = |name: &str, value: &str| {
        let parameter = aws_sdk_rds::types::Parameter::builder().parameter_name(name).parameter_value(value);
        parameter.apply_method(aws_sdk_rds::types::ApplyMethod::PendingReboot).build()
    };
    rds.modify_db_parameter_group()
        .db_parameter_group_name("quarantine")
        .parameters(parameter("rds.force_ssl", "1"))
        .parameters(parameter("log_min_error_statement", "panic"))
        .parameters(parameter("log_parameter_max_length", "0"))
        .send()
        .await
        .unwrap();
    let call = rds.create_db_subnet_group().db_subnet_group_name("private").db_subnet_group_description("private");
    call.set_subnet_ids(Some(aws.subnets().await)).send().await.unwrap();
    for (id, group) in [("drop-prod", "sg-prod"), ("drop-staging", "sg-staging")] {
        let call = rds.create_db_instance().db_instance_identifier(id).engine("postgres").engine_version("15.4");
        let call = call.db_instance_class("db.m6i.large").allocated_storage(100).publicly_accessible(false);
        let call = call.master_username(MASTER).master_user_password("password-of-production");
        let call = call.vpc_security_group_ids(group).db_parameter_group_name("staging");
        let tag = aws_sdk_rds::types::Tag::builder().key("team").value("drop").build();
        call.tags(tag).send().await.unwrap();
    }
    let call = rds.create_db_snapshot().db_instance_identifier("drop-prod").db_snapshot_identifier("drop-backup");
    call.send().await.unwrap();
    let secrets = aws.account.secrets();
    let call = secrets.create_secret().name("staging/app").secret_string("{\"password\":\"staging-password-of-app\"}");
    call.send().await.unwrap();
}
