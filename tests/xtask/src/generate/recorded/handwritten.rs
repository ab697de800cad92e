//! Types that are written by hand, against recordings where a module has some.

use super::{Archive, Module, Texts};
use crate::generate::json;
use crate::generate::recordings::{self, Recorded};
use std::io::Error;
use std::path::Path;

/// What functions on AWS receive, in Amazon's own module.
static LAMBDA: Archive = Archive {
    module: Module {
        path: "github.com/aws/aws-lambda-go",
        version: "v1.55.1",
        sum: "h1:We2cCp4BwqqH/JW+bEEo1FhgG71rslvjfi4y7KmlrR0=",
    },
    folder: "events/testdata",
};

/// The names of types, and where payloads of theirs were recorded.
static TYPES: [(&str, &Archive, &[&str]); 1] = [(
    "s3.Notification",
    &LAMBDA,
    &[
        "s3-event",
        "s3-event-with-decoded",
        "s3-glacier-event",
        "s3-intelligenttier-event",
        "s3-lifecycle-event",
        "s3-replication-event",
        "s3-restore-event",
    ],
)];

/// Holds the recordings against the types that this program was built with.
pub fn check(go: &Path) -> Result<(), Error> {
    let mut events = Vec::new();
    for (title, archive, files) in TYPES {
        let texts: Texts = archive.texts(go, files)?;
        let bodies = texts.into_iter().map(|(file, text)| Ok((file, json(&text)?)));
        events.push(Recorded {
            name: title.into(),
            title: title.into(),
            source: format!("external source s: webhook<{title}>"),
            bodies: bodies.collect::<Result<_, Error>>()?,
        });
    }
    recordings::check(&events, &[]).map_err(Error::other)
}
