//! Accounts of the operating system, for peer authentication and for running a server when we are root.

use rustix::process::geteuid;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// The name, such as `postgres`.
    pub(crate) name: String,
    /// The user's id.
    pub(crate) uid: u32,
    /// The id of its first group.
    pub(crate) gid: u32,
}

/// Finds an account of `/etc/passwd` (which doesn't hold the people of macOS or of a directory service).
pub(crate) fn find(wanted: impl Fn(&Account) -> bool) -> Option<Account> {
    let text = std::fs::read_to_string("/etc/passwd").ok()?;
    text.lines().filter_map(parse).find(wanted)
}

fn parse(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Account { name, uid, gid })
}

/// The name of the user we run as, as a server sees it through a socket.
pub(crate) fn current_name() -> Option<String> {
    let uid = geteuid().as_raw();
    find(|account| account.uid == uid).map(|account| account.name).or_else(name_from_id)
}

fn name_from_id() -> Option<String> {
    let output = std::process::Command::new("id").arg("-un").output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_passwd_file_is_read() {
        let account = parse("postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash").unwrap();
        assert_eq!(account, Account { name: "postgres".to_owned(), uid: 101, gid: 104 });
        assert_eq!(parse("broken:x"), None);
    }
}
