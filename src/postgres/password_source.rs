//! Passwords that are made when they are needed.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use crate::error::Result;
use crate::secret::Secret;

/// A password on its way.
pub type PasswordFuture<'a> = Pin<Box<dyn Future<Output = Result<Secret>> + Send + 'a>>;

/// Makes the password for a connection, such as an IAM token, which is too short-lived to be kept.
pub trait PasswordSource: Send + Sync + Debug {
    /// The password for this user at this host and port, by their own names even if a tunnel leads there.
    ///
    /// # Errors
    /// When it can't be made.
    fn password<'a>(&'a self, host: &'a str, port: u16, user: &'a str) -> PasswordFuture<'a>;

    /// Whether it may only travel encrypted.
    fn needs_tls(&self) -> bool {
        true
    }
}
