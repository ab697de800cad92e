//! The command as a process, a sender, a target, a proxy, and the law between them.

mod load;
mod nats;
mod place;
mod proxy;
mod target;

pub use load::{Answers, Load, Sender, repeated};
pub use nats::Nats;
pub use place::{CANARY, Place, TOKEN};
pub use proxy::Proxy;
pub use target::{Reply, Target};

use aev_servers::{NatsServer, Options, program};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Nothing in these tests takes so long unless it is broken.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// After that long JetStream delivers again what a process that died had in hand, and then some.
pub const REDELIVERED: Duration = Duration::from_secs(7);

/// A server of NATS for a test; none when there is no program, which is said under the test's name.
pub fn server(test: &str) -> Option<NatsServer> {
    if program::missing(&format!("faults::{test}")) {
        return None;
    }
    Some(NatsServer::start(&Options::default()).unwrap())
}

/// The bus on a server, or on what stands before it, as `--bus` names it.
pub fn jetstream(server: SocketAddr) -> String {
    format!("jetstream://{server}")
}

/// The long form of a test is wanted.
pub fn full() -> bool {
    std::env::var_os("AEV_FAULTS").is_some_and(|value| value == "full")
}

/// Looks again and again until there is something to see.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(seen) = look() {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{what}: not within {} s", PATIENCE.as_secs())
}
