//! Finds `moto_server`, and installs it into the build's own folder if there is none.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const PACKAGE: &str = "moto[server,rds,secretsmanager,sns,s3,sts]==5.2.1";

/// The program, and where Python has to look for what it needs, if not where it does by itself.
#[derive(Debug, Clone)]
struct Program {
    path: PathBuf,
    python_path: Option<PathBuf>,
}

/// A command that starts it.
pub(crate) fn moto_server() -> Command {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    let program = PROGRAM.get_or_init(find_or_install);
    let mut command = Command::new(&program.path);
    if let Some(path) = &program.python_path {
        command.env("PYTHONPATH", path);
    }
    command
}

fn find_or_install() -> Program {
    if works(Command::new("moto_server").arg("--help")) {
        return Program { path: "moto_server".into(), python_path: None };
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moto");
    let program = || {
        let python_path = (!folder.join("pyvenv.cfg").is_file()).then(|| folder.clone());
        Program { path: folder.join("bin/moto_server"), python_path }
    };
    if program().path.is_file() {
        return program();
    }
    let pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    let in_venv = works(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        && works(Command::new(folder.join("bin/python")).args(pip).arg(PACKAGE));
    if !in_venv {
        // Debian has venv in a package of its own, and leaves half of one behind without it.
        let _ = std::fs::remove_dir_all(&folder);
        let done = works(Command::new("python3").args(pip).arg("--target").arg(&folder).arg(PACKAGE));
        assert!(done, "these tests need moto: pip install '{PACKAGE}'");
    }
    program()
}

fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
