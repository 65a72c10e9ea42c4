//! The guard: a shell that waits at a pipe whose other end only the owner holds. When the owner lets go, by intention,
//! by a panic or by being killed, the guard stops the server and removes its directory.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::error::{Context, Error, Result};
use crate::postgres::os_account::Account;

/// `$1` is the directory, `$2` where the programs are. SIGQUIT ends a server at once, without a last checkpoint: nothing
/// of it is needed. The removal is repeated because a killed owner may have left `initdb` running for a moment.
const SCRIPT: &str = r#"
server=
while read -r word port; do
    case $word in
    start)
        "$2/postgres" -D "$1/data" -p "$port" </dev/null >>"$1/server.log" 2>&1 &
        server=$!
        ;;
    keep)
        wait "$server"
        server=
        break
        ;;
    esac
done
if [ -n "$server" ]; then
    kill -QUIT "$server"
    wait "$server"
fi
for attempt in 1 2 3 4 5; do
    rm -rf "$1"
    [ -e "$1" ] || break
    sleep 1
done
"#;

/// A running guard. Dropping it stops the server and returns when the directory is gone.
#[derive(Debug)]
pub(super) struct Guard {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Guard {
    pub(super) fn spawn(directory: &Path, programs: &Path, account: Option<&Account>) -> Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "stagemask-sandbox-guard"]).arg(directory).arg(programs);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        // Nobody's settings, and no password of a server that the owner works with.
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C");
        // A terminal's Ctrl-C is for the owner; the guard waits for what the owner makes of it.
        command.process_group(0);
        if let Some(account) = account {
            command.uid(account.uid).gid(account.gid);
        }
        let mut child = command.spawn().context("starting the sandbox server's guard failed")?;
        let pipe = child.stdin.take();
        Ok(Self { child, pipe })
    }

    /// Has the guard start the server, again if an earlier start failed.
    pub(super) fn start_server(&mut self, port: u16) -> Result<()> {
        self.tell(&format!("start {port}\n"))
    }

    /// Leaves the server running. The guard stays too, and removes the directory when the server is stopped.
    pub(super) fn keep(mut self) -> Result<()> {
        self.tell("keep\n")?;
        self.pipe = None;
        std::mem::forget(self);
        Ok(())
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        let pipe = self.pipe.as_mut().ok_or_else(|| Error::failed("the sandbox server's guard is gone"))?;
        pipe.write_all(line.as_bytes()).context("the sandbox server's guard doesn't listen")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.pipe = None;
        // Whatever became of it, there is nothing left to do.
        let _ = self.child.wait();
    }
}
