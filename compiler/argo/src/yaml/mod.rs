//! YAML text, written and read.

mod read;
mod write;

pub use read::{SyntaxError, parse};
pub use write::{document, stream};
