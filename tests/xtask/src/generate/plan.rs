//! The JSON Schema of plans, for readers that are not aev.

use super::{Mode, settle_file};
use std::io::Error;

/// Where it stands in the tree.
pub const FILE: &str = "docs/plan.schema.json";

/// Writes the file or compares it.
pub fn generate(mode: Mode) -> Result<(), Error> {
    settle_file(FILE, &text()?, mode)
}

/// The schema of what this version writes.
fn text() -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(&aev_plan::wire::schema()).map_err(Error::other)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_that_of_this_version() {
        generate(Mode::Check).unwrap();
    }
}
