//! A directory of its own for each test, the command in it, and both ends of HTTP.

mod http;
mod place;
mod process;

pub use http::{Client, Target, post, signed};
pub use place::{CANARY, HOOK, Place, example, root, stands_in, texts};
pub use process::{Ran, Running, address_of};

use std::time::{Duration, Instant};

/// Nothing in these tests takes so long unless it is broken.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks again and again until there is something to see.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(seen) = look() {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: not within {} s", PATIENCE.as_secs())
}
