//! Idle connections that stay: while one phase takes hours, firewalls and load balancers forget connections on which
//! nothing moves (those of AWS after 350 s).

use std::time::Duration;

/// Quiet for so long, a connection is probed.
pub(super) const IDLE: Duration = Duration::from_secs(60);
/// Between two probes.
pub(super) const INTERVAL: Duration = Duration::from_secs(10);
/// So many probes without an answer, and the connection is given up.
pub(super) const PROBES: u32 = 6;
/// What was sent may stay without an answer for so long. More than idle and probes together, which it would cut short.
pub(super) const UNANSWERED: Duration = Duration::from_secs(180);

/// The same for libpq, which takes it from a connection string only (manual, 34.1.2).
pub(super) fn parameters() -> String {
    format!(
        "keepalives=1 keepalives_idle={} keepalives_interval={} keepalives_count={PROBES} tcp_user_timeout={}",
        IDLE.as_secs(),
        INTERVAL.as_secs(),
        UNANSWERED.as_millis()
    )
}
