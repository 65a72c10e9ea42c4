//! One process of a program that answers a line with a line.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// A longer line is no answer.
const LONGEST_LINE: u64 = 4 << 20;

/// What the program may know of our environment; all else could hold a secret.
const PASSED_ON: [&str; 4] = ["PATH", "LANG", "LC_ALL", "TZ"];

/// A running program. It is killed with all that it has started when this is dropped.
pub(super) struct Process {
    child: Child,
    requests: SyncSender<Vec<u8>>,
    answers: Receiver<Result<Vec<u8>, Broken>>,
}

/// Why there is no answer.
enum Broken {
    /// It doesn't read.
    Write,
    /// It doesn't write any more, or stopped in the middle of a line.
    End,
    /// The line has no end.
    TooLong,
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
        let (requests, incoming) = sync_channel::<Vec<u8>>(1);
        let (outgoing, answers) = sync_channel(1);
        let process = Self { child, requests, answers };
        // Reading from a pipe has no time limit of its own, so that another thread does it.
        let speaking = move || speak(input, output, &incoming, &outgoing);
        let started = std::thread::Builder::new().name("stagemask command".to_owned()).spawn(speaking);
        started.map_err(|_| "can't be spoken to: there are too many threads".to_owned())?;
        Ok(process)
    }

    /// Sends a line, with its newline, and waits for one.
    ///
    /// # Errors
    /// With what follows "the command …". The process is of no use then.
    pub(super) fn ask(&mut self, request: &[u8], timeout: Duration) -> Result<Vec<u8>, String> {
        if self.requests.send(request.to_vec()).is_err() {
            return Err(self.ended());
        }
        match self.answers.recv_timeout(timeout) {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(Broken::TooLong)) => Err("answered with a line of more than 4 MiB".to_owned()),
            Ok(Err(Broken::Write | Broken::End)) | Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
            Err(RecvTimeoutError::Timeout) => Err(format!("gave no answer within {} s", timeout.as_secs())),
        }
    }

    /// How it ended, for a person. It closed a pipe, so that it hardly lives on; if it does, it is killed.
    fn ended(&mut self) -> String {
        for _ in 0..20 {
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

impl Drop for Process {
    fn drop(&mut self) {
        // Its id is its group's, and stays taken until `wait`.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// Passes on requests and answers until one of the two sides ends.
fn speak(
    mut input: ChildStdin,
    output: ChildStdout,
    incoming: &Receiver<Vec<u8>>,
    outgoing: &SyncSender<Result<Vec<u8>, Broken>>,
) {
    let mut output = BufReader::new(output);
    for request in incoming {
        let answer = match input.write_all(&request).and_then(|()| input.flush()) {
            Ok(()) => read_line(&mut output),
            Err(_) => Err(Broken::Write),
        };
        let is_broken = answer.is_err();
        if outgoing.send(answer).is_err() || is_broken {
            return;
        }
    }
}

fn read_line(output: &mut BufReader<ChildStdout>) -> Result<Vec<u8>, Broken> {
    let mut line = Vec::new();
    let read = output.take(LONGEST_LINE).read_until(b'\n', &mut line);
    match (read, line.pop()) {
        (Ok(_), Some(b'\n')) => Ok(line),
        (Ok(length), Some(_)) if length as u64 >= LONGEST_LINE => Err(Broken::TooLong),
        _ => Err(Broken::End),
    }
}
