//! One process of a program that answers a line with a line.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use rustix::process::{Pid, Signal, kill_process_group};

/// A longer line is no answer.
const LONGEST_LINE: usize = 4 << 20;

/// What the program may know of our environment; all else could hold a secret.
const PASSED_ON: [&str; 4] = ["PATH", "LANG", "LC_ALL", "TZ"];

/// How long a program that has closed a pipe may take to end, so that its exit code can be told.
const ENDING: Duration = Duration::from_millis(200);

/// A running program. It is killed with all that it has started when this is dropped.
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

/// What became of a request.
enum Spoken {
    Answer(Vec<u8>),
    /// It answered before it had read the request, or with more than a line.
    OutOfTurn,
    /// It reads or writes no more.
    Closed,
    TooLong,
    TooLate,
}

impl Process {
    /// Starts the program in a process group of its own, with hardly any environment.
    ///
    /// # Errors
    /// With what follows "the command …", when it can't be started.
    pub(super) fn start(run: &[String]) -> Result<Self, String> {
        let (program, arguments) = run.split_first().ok_or("has no name")?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear().process_group(0);
        command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("can't be started: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("has no standard input or output".to_owned());
        };
        let process = Self { child, input, output };
        // A program that doesn't read must not keep us waiting any longer than one that doesn't write.
        ioctl_fionbio(&process.input, true)
            .and_then(|()| ioctl_fionbio(&process.output, true))
            .map_err(|error| format!("can't be spoken to: {error}"))?;
        Ok(process)
    }

    /// Sends a line, with its newline, and waits for one.
    ///
    /// # Errors
    /// With what follows "the command …". The process is of no use then.
    pub(super) fn ask(&mut self, request: &[u8], timeout: Duration) -> Result<Vec<u8>, String> {
        match self.speak(request, Instant::now() + timeout) {
            Ok(Spoken::Answer(line)) => Ok(line),
            Ok(Spoken::OutOfTurn) => Err("doesn't answer a line with a line".to_owned()),
            Ok(Spoken::TooLong) => Err("answered with a line of more than 4 MiB".to_owned()),
            Ok(Spoken::TooLate) => Err(format!("gave no answer within {} s", timeout.as_secs())),
            Ok(Spoken::Closed) | Err(_) => Err(self.ended()),
        }
    }

    /// Writes and reads as the program does, in whatever order, until a line is there.
    fn speak(&mut self, request: &[u8], until: Instant) -> std::io::Result<Spoken> {
        let (mut line, mut buffer, mut left) = (Vec::new(), [0; 8192], request);
        loop {
            if !left.is_empty() {
                let written = again_later(self.input.write(left))?.unwrap_or(0);
                left = left.get(written..).unwrap_or_default();
            }
            let Some(timeout) = until.checked_duration_since(Instant::now()) else { return Ok(Spoken::TooLate) };
            let output = PollFd::new(&self.output, PollFlags::IN);
            let input = PollFd::new(&self.input, PollFlags::OUT);
            let mut both = [output, input];
            let awaited = if left.is_empty() { both.get_mut(..1) } else { both.get_mut(..) };
            // What is too long for the system's clock ends with the next round.
            let timeout = Timespec::try_from(timeout).ok();
            match poll(awaited.unwrap_or_default(), timeout.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            let read = match again_later(self.output.read(&mut buffer))? {
                None => continue,
                Some(0) => return Ok(Spoken::Closed),
                Some(length) => buffer.get(..length).unwrap_or_default(),
            };
            line.extend_from_slice(read);
            if let Some(end) = memchr::memchr(b'\n', read) {
                // What follows would be taken for the answer to the next request.
                let alone = end + 1 == read.len() && left.is_empty();
                line.pop();
                return Ok(if alone { Spoken::Answer(line) } else { Spoken::OutOfTurn });
            }
            if line.len() > LONGEST_LINE {
                return Ok(Spoken::TooLong);
            }
        }
    }

    /// How it ended, for a person. If it lives on without its pipes, it is killed.
    fn ended(&mut self) -> String {
        let until = Instant::now() + ENDING;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.child.try_wait() {
                return match status.code() {
                    Some(code) => format!("ended with exit code {code} instead of an answer"),
                    None => "was killed before it answered".to_owned(),
                };
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        "closed its standard input or output instead of an answer".to_owned()
    }
}

/// `None` where there is nothing to read or no room to write yet.
fn again_later(done: std::io::Result<usize>) -> std::io::Result<Option<usize>> {
    match done {
        Ok(length) => Ok(Some(length)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its id is its group's, and stays taken until `wait`.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
